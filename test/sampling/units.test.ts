import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MachineInput } from '../../src/config/machine-schema.js';
import type { CounterName } from '../../src/counters/counters.js';
import { Diverged } from '../../src/mmu/many/diverged.js';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { SampledCell } from '../../src/run/sampled-cell.js';
import type { EventBatch, PageDictionary } from '../../src/trace/event.js';
import { LONG } from '../long.js';
import { PAGES, step } from '../support/history.js';
import { configOf, TINY, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const UNITS = 4;

const array = fc.record({
  sets: fc.constantFrom(UNITS, 2 * UNITS),
  ways: fc.constantFrom(1, 2, 4),
  replacement: fc.constantFrom('lru' as const, 'fifo' as const, 'tree-plru' as const, 'bit-plru' as const),
});
const made = array.map(({ sets, ways, replacement }) => ({ entries: sets * ways, ways, replacement }));

const tlbs = fc
  .record({
    first: made,
    large: made,
    second: made,
    shared: fc.boolean(),
    inclusion: fc.constantFrom('non-inclusive' as const, 'inclusive' as const, 'exclusive' as const),
  })
  .map(({ first, large, second, shared, inclusion }): MachineInput['tlb'] => {
    const level = shared ? { shared: first } : { '4k': first, '2m': large };
    return { l1i: level, l1d: level, l2: { unified: { shared: second } }, l2HitCycles: 7, inclusion };
  });

const options = fc.record({
  strategy: fc.constantFrom('native' as const, 'nested' as const, 'shadow' as const, 'write-protect' as const),
  tlb: tlbs,
  machine: fc.constantFrom(TINY, TINY_VTX),
  guestPages: fc.constantFrom('4k' as const, '2m' as const, 'thp' as const),
  hostPages: fc.constantFrom('4k' as const, '2m' as const),
  frames: fc.constantFrom('sequential' as const, 'scattered' as const),
  taggedTlb: fc.boolean(),
  pcid: fc.boolean(),
  rounds: fc.integer({ min: 0, max: 3 }),
  drawn: fc.uniqueArray(fc.integer({ min: 0, max: UNITS - 1 }), { minLength: 2, maxLength: 2 }),
});

/** What the units of a sample count, and what the whole of it comes to; null where it could not be vouched for. */
function sampled(spec: CellSpec, drawn: readonly number[], pages: PageDictionary, batches: readonly EventBatch[]) {
  try {
    const cell = new SampledCell({ ...spec, sample: { units: UNITS, drawn: drawn.length } }, drawn, pages);
    for (const batch of batches) cell.replay(batch);
    return { result: cell.result(), values: cell.values() };
  } catch (error) {
    if (error instanceof Diverged) return null;
    throw error;
  }
}

test('a drawn unit counts what it counts among all, all units make the whole replay, and guest and VMM do the same with some of them', () => {
  let vouchedFor = 0;
  fc.assert(
    fc.property(options, fc.array(step, { minLength: 100, maxLength: 100 }), (given, steps) => {
      const trace = new TraceBuilder();
      for (const at of PAGES) trace.id(at);
      const now = { space: 0 };
      const batches = steps.map((make) => {
        make(trace, now);
        for (let round = 0; round < given.rounds; round++) for (const at of PAGES) trace.ref('read', at);
        return trace.batch();
      });
      const { strategy, guestPages, hostPages, frames, pcid, taggedTlb, drawn } = given;
      const spec: CellSpec = {
        strategy,
        characteristics: USER,
        config: configOf({
          machine: { ...given.machine, tlb: given.tlb, taggedTlb },
          guest: { pages: guestPages, frames, pcid, memoryMib: 256 },
          host: { pages: hostPages, frames },
        }),
      };
      const all = sampled(spec, [0, 1, 2, 3], trace.pages, batches);
      const some = sampled(spec, drawn, trace.pages, batches);
      expect(all === null).toBe(some === null);
      if (all === null || some === null) return;
      vouchedFor++;
      const whole = runCell(spec, trace.pages, batches);
      const { intervals = {}, ...exact } = all.result;
      expect(exact).toEqual(whole);
      for (const [name, values] of Object.entries(some.values)) {
        expect([...values], name).toEqual(drawn.map((unit) => all.values[name as CounterName]![unit]));
        expect(intervals[name as CounterName]).toEqual([
          whole.counters[name as CounterName],
          whole.counters[name as CounterName],
        ]);
      }
      const estimated = some.result.intervals!;
      const counted = Object.entries(some.result.counters).filter(([name]) => !Object.hasOwn(estimated, name));
      expect(whole.counters).toMatchObject(Object.fromEntries(counted));
      expect(some.result.exits).toEqual(whole.exits);
      const { refs, l1TlbHits, l2TlbHits, tlbMisses } = some.result.counters;
      expect(l1TlbHits + l2TlbHits + tlbMisses).toBe(refs);
    }),
    { numRuns: LONG ? 1000 : 60 },
  );
  expect(vouchedFor).toBeGreaterThan(LONG ? 500 : 30);
});
