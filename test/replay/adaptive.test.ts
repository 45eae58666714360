/** What choosing between shadow and nested paging is worth on the shipped traces, in cycles of their prices. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { exitCycles, price } from '../../src/cost/cost-model.js';
import type { StrategyName } from '../../src/paging/index.js';
import { streamCell } from '../../src/run/cell.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { LONG } from '../long.js';

const QUICK = ['memcached', 'sort'];
const TRACES = LONG ? [...QUICK, 'boot', 'cc1', 'churn', 'pydict', 'redis', 'sqlite', 'xz'] : QUICK;
const MACHINES = LONG ? ['amd-zen4', 'intel-emeraldrapids'] : ['amd-zen4'];

async function cyclesOf(trace: string, strategy: StrategyName, machine: string) {
  const config = resolveConfig({ machine }, () => '');
  const source = await openAnyTrace(fileURLToPath(new URL(`../../traces/${trace}.arrows.br`, import.meta.url)));
  const result = await streamCell({ strategy, characteristics: source.header.characteristics, config }, source);
  return { result, total: price(result, config.machine, config.costs).total, exit: exitCycles(config.costs) };
}

describe.each(MACHINES)('%s', (machine) => {
  test.each(TRACES)(
    '%s: agile and selective paging cost no more than the worse of shadow and nested paging, and their changes',
    async (trace) => {
      const [shadow, nested, ...others] = await Promise.all([
        cyclesOf(trace, 'shadow', machine),
        cyclesOf(trace, 'nested', machine),
        cyclesOf(trace, 'agile', machine),
        cyclesOf(trace, 'selective', machine),
      ]);
      for (const { result, total, exit } of others) {
        // What is counted as the cost of changes: the exits of the VMM's timer, and no more.
        const changes = result.exits.policyTimer * exit;
        expect(total).toBeLessThanOrEqual(Math.max(shadow.total, nested.total) + changes);
        expect(result.counters.walks).toBeGreaterThan(0);
      }
    },
    300_000,
  );
});
