// Strategies compared over a shipped trace, replayed on worker threads.
import { comparisons, resolveConfig, run, shippedPath, verdict } from 'vmmu';

const rows = await run({
  traces: [shippedPath('sh-churn')],
  configs: [resolveConfig({ machine: 'intel-skylake' })],
  strategies: ['native', 'shadow', 'nested'],
  allowInexact: false,
});

for (const { strategy, counters, cycles } of rows)
  console.log(`${strategy}: ${counters.vmExits} VM exits, ${cycles.total} cycles`);
for (const line of comparisons(rows).flatMap(verdict)) console.log(line);
