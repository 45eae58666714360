// The same counts with the exit prices of other processors: prices need no replay.
import { COSTS, generateTrace, price, resolveConfig, runCell } from 'vmmu';

const config = resolveConfig({ machine: 'intel-skylake' });
const trace = generateTrace('zipf', { refs: 200_000, pages: 4096, every: { cpuid: 1000 } });
const spec = { strategy: 'shadow', characteristics: trace.header.characteristics, config };
const counted = runCell(spec, trace.pages, trace.batches());

for (const [name, costs] of Object.entries(COSTS)) {
  const { exitHardware, exitSoftware, total } = price(counted, config.machine, costs);
  console.log(`${name}: ${exitHardware + exitSoftware} of ${total} cycles are those of VM exits`);
}
