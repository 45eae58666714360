// The price of a VM exit at which shadow and nested paging cost the same, machine by machine.
import { breakEvenExitCycles, generateTrace, price, resolveConfig, runCell } from 'vmmu';

function priced(strategy, config) {
  const { header, pages, batches } = generateTrace('uniform', { refs: 20_000, pages: 4096 });
  const counted = runCell({ strategy, characteristics: header.characteristics, config }, pages, batches());
  return { exits: counted.counters.vmExits, cycles: price(counted, config.machine, config.costs) };
}

for (const machine of ['amd-barcelona', 'intel-skylake', 'amd-zen4']) {
  const config = resolveConfig({ machine });
  const [shadow, nested] = ['shadow', 'nested'].map((strategy) => priced(strategy, config));
  const cycles = Math.round(breakEvenExitCycles(shadow, nested));
  const winner = shadow.cycles.total < nested.cycles.total ? 'shadow' : 'nested';
  console.log(`${machine}: shadow paging wins below ${cycles} cycles; at ${config.costs.name} ${winner} paging wins`);
}
