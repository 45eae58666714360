// One cell: a trace that is made in memory, on one machine, under one strategy.
import { generateTrace, resolveConfig, runCell } from 'vmmu';

const trace = generateTrace('uniform', { refs: 100_000, pages: 4096 });
const config = resolveConfig({ machine: 'amd-zen4', walkCaches: 'none' });
const spec = { strategy: 'nested', characteristics: trace.header.characteristics, config };
const { counters } = runCell(spec, trace.pages, trace.batches());

console.log(
  `${counters.walks} walks read ${counters.walkRefs} table entries: ${counters.walkRefs / counters.walks} each`,
);
