/**
 * Replays of every kind of guest on every kind of host, with all walk caches off: the mean references of a walk are (G + 1)(H + 1) - 1,
 * for G guest and H nested entries on the way to a page. Tables are made by the guest's kernel and by the VMM, and read by the walker.
 */
import { describe, expect, test } from 'vitest';
import { machineSchema, type MachineInput } from '../../src/config/machine-schema.js';
import { COSTS } from '../../src/config/costs/index.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { runSchema } from '../../src/config/schema.js';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { generateTrace } from '../../src/trace/generate.js';
import { TINY } from '../support/machine.js';

const EPT: MachineInput = {
  ...TINY,
  nested: { kind: 'ept', accessedDirty: false, executeOnly: true, modeBasedExecute: false, pdptes: 'registers' },
};
const EPT_AD: MachineInput = { ...EPT, nested: { ...EPT.nested!, accessedDirty: true } };

/** Entries on the way to a page of a size, by mode of the tables. */
const ENTRIES = {
  '32bit': { '4k': 2, '4m': 1 },
  pae: { '4k': 3, '2m': 2 },
  '4level': { '4k': 4, '2m': 3, '1g': 2 },
  '5level': { '4k': 5, '2m': 4, '1g': 3 },
} as const;
type Mode = keyof typeof ENTRIES;
const MODES = Object.keys(ENTRIES) as Mode[];
const sizes = (mode: Mode): [string, number][] => Object.entries(ENTRIES[mode]);

/** 1 GiB of address space, so that 1 GiB pages fit, of which few pages are touched: all of it at an address that every mode has. */
function replay(
  machine: MachineInput,
  strategy: CellSpec['strategy'],
  guest: object,
  host: object,
  stream = { refs: 200, pages: 2 ** 18, base: 2 ** 18 },
) {
  const trace = generateTrace('uniform', stream);
  const config = runSchema.parse({ machine: machineSchema.parse(machine), costs: COSTS['epyc-2020'], guest, host });
  const spec = { strategy, characteristics: trace.header.characteristics, config };
  const { counters } = runCell(spec, trace.pages, trace.batches());
  expect(counters.untranslatedRuns).toBe(0);
  return counters;
}

function expectWalks(counters: ReturnType<typeof replay>, refs: number): void {
  expect(counters.walks).toBeGreaterThan(0);
  expect(counters.walkRefs).toBe(refs * counters.walks);
  expect(counters.peakWalkRefs).toBe(refs);
}

const guests = MODES.flatMap((mode) => sizes(mode).map(([pages, entries]) => [mode, pages, entries] as const));

describe.each(guests)('a guest of mode %s with pages of %s', (mode, pages, entries) => {
  const guest = { mode, pages };

  test.each(MODES.flatMap((host) => sizes(host).map(([size, levels]) => [host, size, levels] as const)))(
    'on %s nested tables with pages of %s',
    (host, size, levels) => {
      const memoryMib = host === '32bit' || host === 'pae' ? 2048 : 8192;
      const counters = replay(TINY, 'nested', mode === '32bit' ? guest : { ...guest, memoryMib }, {
        mode: host,
        pages: size,
      });
      expectWalks(counters, (entries + 1) * (levels + 1) - 1);
    },
  );

  // The PDPTEs of a PAE guest are registers under EPT, loaded with CR3.
  test.each(
    [EPT, EPT_AD].flatMap((machine) => sizes('4level').map(([size, levels]) => [size, levels, machine] as const)),
  )('on EPT with pages of %s', (size, levels, machine) => {
    const counters = replay(machine, 'nested', guest, { pages: size });
    expectWalks(counters, (entries + (mode === 'pae' ? 0 : 1)) * (levels + 1) - 1);
    expect(counters.pdpteLoads > 0).toBe(mode === 'pae');
  });

  test('on bare metal', () => {
    expectWalks(replay(TINY, 'native', guest, {}), mode === 'pae' ? entries - 1 : entries);
  });
});

test.each(['4level', '5level'] as const)(
  'under shadow paging the tables of a %s guest are walked in one dimension',
  (mode) => {
    expectWalks(replay(TINY, 'shadow', { mode }, {}), ENTRIES[mode]['4k']);
    expectWalks(replay(TINY, 'shadow', { mode, pages: '1g' }, { pages: '1g' }), ENTRIES[mode]['2m']);
  },
);

test('the shadow root of a PAE guest is in registers too: two entries are read, one for a large page', () => {
  for (const strategy of ['shadow', 'write-protect', 'vtlb'] as const) {
    const counters = replay(TINY, strategy, { mode: 'pae' }, {});
    expectWalks(counters, 2);
    expect(counters.pdpteLoads).toBeGreaterThan(0);
    expectWalks(replay(TINY, strategy, { mode: 'pae', pages: '2m' }, { pages: '2m' }), 1);
  }
});

test('with paging off only the nested tables are walked', () => {
  // Addresses are guest-physical: the 1 GiB region begins at 1 GiB.
  expectWalks(replay(TINY, 'nested', { mode: 'none' }, {}), 4);
  expect(replay(TINY, 'native', { mode: 'none' }, {}).walkRefs).toBe(0);
});

describe('each translation is held at the smaller of the guest page and the host page', () => {
  const misses = (machine: MachineInput, guest: object, host: object): number =>
    replay(machine, 'nested', guest, host).tlbMisses;

  test('1 GiB on 1 GiB: one entry for all of it', () => expect(misses(TINY, { pages: '1g' }, { pages: '1g' })).toBe(1));
  test('2 MiB on 1 GiB misses as often as 2 MiB on 2 MiB', () =>
    expect(misses(TINY, { pages: '2m' }, { pages: '1g' })).toBe(misses(TINY, { pages: '2m' }, { pages: '2m' })));
  test('4 MiB pages reach 4 MiB, on AMD twice 2 MiB', () => {
    const narrow = { mode: '32bit', pages: '4m' };
    const split = { ...TINY, tlb: { ...TINY.tlb, split4m: true } };
    expect(misses(TINY, narrow, { pages: '1g' })).toBeLessThan(misses(split, narrow, { pages: '1g' }));
    expect(misses(split, narrow, { pages: '1g' })).toBe(misses(TINY, { pages: '2m' }, { pages: '2m' }));
  });
  test('fills that are smaller than the guest page are counted', () => {
    const { splinteredFills, walks } = replay(TINY, 'nested', { pages: '2m' }, { pages: '4k' });
    expect(splinteredFills).toBe(walks);
    expect(replay(TINY, 'nested', { pages: '2m' }, { pages: '2m' }).splinteredFills).toBe(0);
    const shadowed = replay(TINY, 'shadow', { pages: '2m' }, { pages: '4k' });
    expect(shadowed.splinteredFills).toBe(shadowed.walks);
  });
});

/** Pages that are used more often than once: a fault removes what walk caches hold of its page. */
const REUSED = { refs: 12_000, pages: 2 ** 13, base: 2 ** 18 };

describe('every machine', () => {
  test.each(Object.entries(MACHINES).filter(([, machine]) => machine.nested !== null && machine.walkCache !== null))(
    '%s: made, saved by the walk cache and saved by the nested TLB are 24 references a nested walk, 4 a native one',
    (_name, machine) => {
      for (const [strategy, uncached] of [
        ['native', 4],
        ['nested', 24],
      ] as const) {
        const { walks, walkRefs, walkCacheSkippedRefs, nestedTlbSkippedRefs } = replay(
          machine,
          strategy,
          {},
          {},
          REUSED,
        );
        expect(walkRefs + walkCacheSkippedRefs + nestedTlbSkippedRefs).toBe(uncached * walks);
        expect(walkRefs).toBeLessThan(uncached * walks);
      }
    },
  );
});
