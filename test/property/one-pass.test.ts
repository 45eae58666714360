import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Machine } from '../../src/config/machine-schema.js';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { inOnePass } from '../../src/run/together.js';
import { LONG } from '../long.js';
import { PAGES, step } from '../support/history.js';
import { configOf, TINY, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const array = fc
  .record({ sets: fc.constantFrom(1, 2, 3, 4, 8), ways: fc.integer({ min: 1, max: 5 }) })
  .map(({ sets, ways }) => ({ entries: sets * ways, ways, replacement: 'lru' as const, index: 'modulo' as const }));

/** TLBs of one outline each. */
const OUTLINES: Record<string, fc.Arbitrary<Machine['tlb']>> = {
  'one level': fc.record({ small: array, large: array }).map(({ small, large }) => tlb({ '4k': small, '2m': large })),
  'two levels, sizes together': fc
    .tuple(array, array)
    .map(([first, second]) => tlb({ shared: first }, { unified: { shared: second } })),
  'two levels, large pages in the first only': fc
    .tuple(array, array, array)
    .map(([first, large, second]) => tlb({ '4k': first, '2m': large }, { unified: { '4k': second } })),
  'loads and stores apart, second level split': fc
    .tuple(array, array, array, array)
    .map(([load, store, one, other]) => ({
      ...tlb({ shared: load }, { instruction: { shared: one }, data: { shared: other } }),
      l1d: { load: { shared: load }, store: { shared: store } },
    })),
};

/** What keeps table entries, small enough to give some up. */
const CACHES = {
  walkCache: { organisation: 'uptc', entries: 4, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 4, ways: 0, holds: 'all', cycles: 1 },
} as const;

function tlb(l1d: Machine['tlb']['l1i'], l2: Machine['tlb']['l2'] = null): Machine['tlb'] {
  return { ...TINY.tlb, l1i: l1d, l1d, l2, inclusion: 'non-inclusive', split4m: false };
}

const options = fc.record({
  strategy: fc.constantFrom('native' as const, 'nested' as const, 'shadow' as const),
  tlbs: fc.constantFrom(...Object.values(OUTLINES)).chain((one) => fc.array(one, { minLength: 2, maxLength: 6 })),
  machine: fc.constantFrom(TINY, TINY_VTX),
  /** Whether what caches table entries differs too. */
  caches: fc.boolean(),
  guestPages: fc.constantFrom('4k' as const, '2m' as const, 'thp' as const),
  hostPages: fc.constantFrom('4k' as const, '2m' as const),
  frames: fc.constantFrom('sequential' as const, 'scattered' as const),
  taggedTlb: fc.boolean(),
  pcid: fc.boolean(),
  presetAccessedDirty: fc.boolean(),
  rounds: fc.integer({ min: 0, max: 2 }),
});

test('cells that are answered in one pass count what they count one by one, whatever the guest removes', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { minLength: 100, maxLength: 100 }), async (given, steps) => {
      const trace = new TraceBuilder();
      for (const at of PAGES) trace.id(at);
      const now = { space: 0 };
      const batches = steps.map((make) => {
        make(trace, now);
        for (let round = 0; round < given.rounds; round++) for (const at of PAGES) trace.ref('read', at);
        return trace.batch();
      });
      const specs = given.tlbs.flatMap((tlb) => {
        const own = { ...given.machine, taggedTlb: given.taggedTlb, tlb };
        const cached = { ...own, ...CACHES, pteCacheShare: 0.5 };
        return (given.caches ? [own, cached] : [own]).map((machine): CellSpec => {
          const { guestPages, hostPages, frames, pcid, presetAccessedDirty } = given;
          const guest = { pages: guestPages, frames, pcid, presetAccessedDirty, memoryMib: 256 };
          const config = configOf({ machine, guest, host: { pages: hostPages, frames } });
          return { strategy: given.strategy, characteristics: USER, config };
        });
      });
      const open = () =>
        Promise.resolve({
          header: { name: 'history', characteristics: USER, source: { ran: '', captured: '' } },
          pages: trace.pages,
          batches: () => batches,
        });
      expect(await inOnePass(specs, open)).toEqual(specs.map((spec) => runCell(spec, trace.pages, batches)));
    }),
    { numRuns: LONG ? 40 : 12 },
  );
});
