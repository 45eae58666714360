/** What choosing between shadow and nested paging is worth on the shipped traces, in cycles of their prices. */
import { expect, test } from 'vitest';
import { shippedPath } from '../../src/trace/shipped.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { exitCycles, price } from '../../src/cost/cost-model.js';
import type { StrategyName } from '../../src/paging/index.js';
import { Cell, runCell } from '../../src/run/cell.js';
import { generateTrace } from '../../src/trace/generate.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { loadShared, type SharedTrace } from '../../src/trace/shared.js';
import { LONG } from '../long.js';
import { configOf } from '../support/machine.js';

const TRACES = LONG ? ['memcached', 'boot', 'cc1', 'churn', 'pydict', 'redis', 'sort', 'sqlite', 'xz'] : [];
const MACHINE = 'amd-zen4';

function cyclesOf({ header, pages, batches }: SharedTrace, strategy: StrategyName) {
  const config = resolveConfig({ machine: MACHINE }, () => '');
  const result = runCell({ strategy, characteristics: header.characteristics, config }, pages, batches);
  return { result, total: price(result, config.machine, config.costs).total, exit: exitCycles(config.costs) };
}

test.each(['agile', 'selective'] as const)(
  '%s comes down to 4 references a walk where tables do not change',
  (strategy) => {
    const trace = generateTrace('uniform', { refs: 800_000, pages: 2 ** 12 });
    const config = configOf({ vmm: { intervalRefs: 40_000 } });
    const cell = new Cell({ strategy, characteristics: trace.header.characteristics, config }, trace.pages);
    const batches = [...trace.batches()];
    // Every page is touched, and the VMM has had time to see that nothing changes any more.
    for (const batch of batches.slice(0, -1)) cell.replay(batch);
    const before = cell.result().counters;
    expect(before.refs).toBeGreaterThan(400_000);
    cell.replay(batches.at(-1)!);
    const { walks, walkRefs } = cell.result().counters;
    expect((walkRefs - before.walkRefs) / (walks - before.walks)).toBe(4);
  },
);

test.each(TRACES)(
  '%s: agile and selective paging cost no more than the worse of shadow and nested paging, and their changes',
  async (name) => {
    const trace = (await loadShared(await openAnyTrace(shippedPath(name)), Infinity))!;
    const [shadow, nested] = [cyclesOf(trace, 'shadow'), cyclesOf(trace, 'nested')];
    for (const { result, total, exit } of [cyclesOf(trace, 'agile'), cyclesOf(trace, 'selective')]) {
      // What is counted as the cost of changes: the exits of the VMM's timer, and no more.
      const changes = result.exits.policyTimer * exit;
      expect(total).toBeLessThanOrEqual(Math.max(shadow.total, nested.total) + changes);
      expect(result.counters.walks).toBeGreaterThan(0);
    }
  },
);
