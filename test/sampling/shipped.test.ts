/** How often intervals cover the exact value, on shipped traces: docs/sampling.md. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { CounterName } from '../../src/counters/counters.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { shippedPath } from '../../src/trace/shipped.js';
import type { CellResult } from '../../src/run/cell-result.js';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { halfWidths, sum, type UnitValues } from '../../src/run/interval.js';
import { drawUnits } from '../../src/run/sample.js';
import { SampledCell } from '../../src/run/sampled-cell.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { loadShared, type SharedTrace } from '../../src/trace/shared.js';
import { LONG } from '../long.js';

const UNITS = 16;
const SEEDS = 500;
/** What rows say. */
const STATED = 0.85;
/** Prints the rates that docs/sampling.md states. */
const SHOWN = process.env['VMMU_COVERAGE'] === '1';
const SMALL = ['memcached', 'sh-churn', 'gcc-faults', 'git-faults'];
const TRACES = LONG
  ? [...SMALL, 'sqlite-faults', 'pydict-faults', 'boot', 'cc1', 'churn', 'pydict', 'redis', 'sort', 'sqlite', 'xz']
  : SMALL;
const STRATEGIES = ['native', 'shadow', 'nested'] as const;
/** Their pages are of every size, for which that machine has too few sets. */
const FULL_SYSTEM = ['boot', 'churn'];
/** Native large pages of these two come and go without a removal: they are replayed whole. */
const REPLAYED_WHOLE = ['boot native', 'churn native'];

/** Of 16 groups of sets both; the second with the TLBs of a processor that was sold. */
const CONFIGS = {
  yardstick: resolveConfig({ machine: 'yardstick' }, () => ''),
  nehalem: resolveConfig({ machine: 'intel-nehalem', walkCaches: 'none', set: ['machine.pteCacheShare=0'] }, () => ''),
};
const { yardstick: config } = CONFIGS;
/** By machine, and by trace and strategy: what each unit counts. */
const cells = { yardstick: new Map<string, UnitValues>(), nehalem: new Map<string, UnitValues>() };

function sampledOf(spec: CellSpec, { pages, batches }: SharedTrace, drawn: readonly number[]): SampledCell {
  const cell = new SampledCell({ ...spec, sample: { units: UNITS, drawn: drawn.length } }, drawn, pages);
  for (const batch of batches) cell.replay(batch);
  return cell;
}

function withoutIntervals(result: CellResult): CellResult {
  const { intervals, ...rest } = result;
  expect(intervals).toBeDefined();
  return rest;
}

describe.each(TRACES)('%s', (name) => {
  let trace: SharedTrace;
  beforeAll(async () => {
    trace = (await loadShared(await openAnyTrace(shippedPath(name)), Infinity))!;
  });

  const strategies = STRATEGIES.filter((strategy) => !REPLAYED_WHOLE.includes(`${name} ${strategy}`));
  test.each(strategies)('%s: all units make the whole replay, two of them what guest and VMM do', (strategy) => {
    const spec: CellSpec = { strategy, characteristics: trace.header.characteristics, config };
    const whole = runCell(spec, trace.pages, trace.batches);
    const every = sampledOf(spec, trace, [...Array(UNITS).keys()]);
    expect(withoutIntervals(every.result())).toEqual(whole);
    cells.yardstick.set(`${name} ${strategy}`, every.values());
    const { counters, exits, intervals = {} } = sampledOf(spec, trace, [3, 12]).result();
    expect(exits).toEqual(whole.exits);
    const exact = Object.entries(counters).filter(([counter]) => !Object.hasOwn(intervals, counter));
    expect(whole.counters).toMatchObject(Object.fromEntries(exact));
  });

  if (!FULL_SYSTEM.includes(name))
    test('native on another machine: all units make the whole replay', () => {
      const { characteristics } = trace.header;
      const spec: CellSpec = { strategy: 'native', characteristics, config: CONFIGS.nehalem };
      const every = sampledOf(spec, trace, [...Array(UNITS).keys()]);
      expect(withoutIntervals(every.result())).toEqual(runCell(spec, trace.pages, trace.batches));
      cells.nehalem.set(`${name} native`, every.values());
    });
});

/** By counter, samples whose interval covers the total. */
function covered(values: UnitValues, drawn: number): Map<string, number> {
  const counters = (Object.keys(values) as CounterName[]).filter((name) => values[name]!.some((count) => count !== 0));
  const hits = new Map<string, number>(counters.map((name) => [name, 0]));
  for (let seed = 1; seed <= SEEDS; seed++) {
    const units = drawUnits({ units: UNITS, drawn }, seed);
    const own: UnitValues = {};
    for (const name of [...counters, 'walks' as const])
      own[name] = Float64Array.from(units, (unit) => values[name]![unit]!);
    const halves = halfWidths(own, UNITS);
    for (const name of counters) {
      const estimate = (UNITS / drawn) * sum(own[name]!);
      const half = halves[name]!;
      const total = sum(values[name]!);
      if (Math.floor(estimate - half) <= total && total <= Math.ceil(estimate + half))
        hits.set(name, hits.get(name)! + 1);
    }
  }
  return hits;
}

const RATES = (['yardstick', 'nehalem'] as const).flatMap((machine) => [2, 4, 8].map((drawn) => ({ machine, drawn })));

test.each(RATES)(
  '$machine: intervals of $drawn of 16 groups of sets cover each counter in 85 of 100 samples or more',
  ({ machine, drawn }) => {
    const hits = new Map<string, number[]>();
    for (const [cell, values] of cells[machine])
      for (const [name, count] of covered(values, drawn)) {
        hits.set(name, [...(hits.get(name) ?? []), count / SEEDS]);
        if (SHOWN && count / SEEDS < STATED) console.log(machine, drawn, cell, name, count / SEEDS);
      }
    const rates = [...hits].map(([name, each]) => [name, sum(each) / each.length] as const);
    if (SHOWN) console.log(machine, drawn, rates.map(([name, rate]) => `${name} ${rate.toFixed(3)}`).join(', '));
    expect(rates.length).toBeGreaterThan(5);
    expect(rates.filter(([, rate]) => rate < STATED)).toEqual([]);
  },
);
