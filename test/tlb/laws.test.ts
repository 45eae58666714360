/** Laws of the TLBs of a machine, through the replay's own loop. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INVALIDATIONS } from '../../src/mmu/invalidation.js';
import { ACCESS, RIGHT } from '../../src/paging/strategy.js';
import { AsidPool } from '../../src/vmm/asids.js';
import { TlbBench, type BenchOptions, type Kind } from './bench.js';
import { LONG } from '../long.js';

const RUNS = LONG ? 500 : 50;
const PAGES = Array.from({ length: 32 }, (_, at) => at);
const HOST = { vpid: 0, pcid: 0, eptp: 0 };
const small = (entries: number, ways = 0) => ({ '4k': { entries, ways } });
const one = (l1d: object, l2: object | null = null): BenchOptions['tlb'] => ({
  l1i: small(4),
  l1d,
  l2: l2 === null ? null : { unified: l2 },
});

/** References, and INVLPGs (`drop`). */
const step = fc.tuple(fc.constantFrom('read', 'read', 'write', 'drop'), fc.nat(PAGES.length - 1));
const steps = fc.array(step, { minLength: 100, maxLength: 100 });

function play(bench: TlbBench, [what, page]: [string, number]): void {
  if (what === 'drop') bench.control.remove(INVALIDATIONS.invlpg(bench.control.context, page));
  else bench.ref(what as Kind, page);
}

describe('LRU inclusion: with invalidations too, a larger TLB holds all that a smaller one holds', () => {
  test.each([
    ['fully associative, 4 in 8 entries', small(4), small(8)],
    ['fully associative, 5 in 6 entries', small(5), small(6)],
    ['4 sets, 1 in 2 ways', small(4, 1), small(8, 2)],
    ['4 sets, 2 in 3 ways', small(8, 2), small(12, 3)],
  ])('%s', (_name, smaller, larger) => {
    fc.assert(
      fc.property(steps, (history) => {
        const [a, b] = [smaller, larger].map((l1d) => new TlbBench({ pages: PAGES, tlb: one(l1d)! })) as [
          TlbBench,
          TlbBench,
        ];
        for (const what of history) {
          play(a, what);
          play(b, what);
          expect(b.held(b.tlb.load)).toEqual(expect.arrayContaining(a.held(a.tlb.load)));
        }
        expect(b.asked.length).toBeLessThanOrEqual(a.asked.length);
      }),
      { numRuns: RUNS },
    );
  });
});

test('a translation that was removed leaves room: the next one takes its place, and none is given up', () => {
  const bench = new TlbBench({ pages: PAGES, tlb: one(small(4))! });
  bench.ref('read', 0, 1, 2, 3);
  bench.control.remove(INVALIDATIONS.invlpg(bench.control.context, 3));
  expect(bench.ref('read', 4).held(bench.tlb.load)).toEqual([0, 1, 2, 4]);
});

test('(MRU + 1) % 3 - PLRU4: the group of four ways after the one used last gives up a way, by its tree', () => {
  const twelve = { '4k': { entries: 12, ways: 12, replacement: 'mru3-plru4' } };
  const bench = new TlbBench({ pages: PAGES, tlb: one(twelve)! });
  bench.ref('read', ...PAGES.slice(0, 12)); // page n in way n, group 2 last
  const gone = (page: number): number[] => {
    const before = bench.held(bench.tlb.load);
    bench.ref('read', page);
    return before.filter((one) => !bench.holds(bench.tlb.load, one));
  };
  expect(gone(12)).toEqual([0]); // group 0: the half of pages 2 and 3 was used later, in the other 1 after 0
  expect(gone(13)).toEqual([4]); // page 12 was put into group 0, so group 1
  bench.ref('read', 8); // group 2
  expect(gone(14)).toEqual([2]); // group 0: page 12 lies in the first half, and 3 was used after 2
});

describe('an L2 TLB', () => {
  const contexts = [HOST, { vpid: 1, pcid: 0, eptp: 0 }];
  test.each(['exclusive', 'inclusive'] as const)(
    '%s of its L1, in every context, after every reference and INVLPG',
    (inclusion) => {
      fc.assert(
        fc.property(fc.array(fc.tuple(step, fc.nat(1)), { minLength: 100, maxLength: 100 }), (history) => {
          const bench = new TlbBench({ pages: PAGES, tlb: { ...one(small(4, 2), small(8, 4)), inclusion } });
          for (const [what, context] of history) {
            play(bench.run(contexts[context]!), what);
            for (const each of contexts) {
              bench.run(each);
              const [first, second] = [bench.held(bench.tlb.load), bench.held(bench.tlb.l2d!)];
              const inBoth = first.filter((page) => second.includes(page));
              expect(inBoth).toEqual(inclusion === 'exclusive' ? [] : first);
            }
          }
        }),
        { numRuns: RUNS },
      );
    },
  );

  test('that is exclusive takes what L1 gives up, and gives it back when it is used', () => {
    const bench = new TlbBench({ pages: PAGES, tlb: { ...one(small(2), small(4)), inclusion: 'exclusive' } });
    bench.ref('read', 0, 1, 2);
    expect([bench.held(bench.tlb.load), bench.held(bench.tlb.l2d!)]).toEqual([[1, 2], [0]]);
    bench.ref('read', 0);
    expect([bench.held(bench.tlb.load), bench.held(bench.tlb.l2d!)]).toEqual([[0, 2], [1]]);
    expect([bench.asked.length, bench.counters.l2TlbHits]).toEqual([3, 1]);
  });

  test('that is inclusive takes out of L1 what it gives up itself', () => {
    const bench = new TlbBench({ pages: PAGES, tlb: { ...one(small(4), small(2)), inclusion: 'inclusive' } });
    bench.ref('read', 0, 1, 2);
    expect(bench.held(bench.tlb.load)).toEqual([1, 2]);
  });

  test('that is neither is filled by walks beside L1, and fills L1 at a hit', () => {
    const bench = new TlbBench({ pages: PAGES, tlb: one(small(1), small(4))! });
    bench.ref('read', 0, 1, 0);
    expect([bench.held(bench.tlb.load), bench.held(bench.tlb.l2d!), bench.counters.l2TlbHits]).toEqual([
      [0],
      [0, 1],
      1,
    ]);
  });
});

test('loads and stores split: a store fills the store TLB alone, and a load never serves a store', () => {
  const bench = new TlbBench({ pages: PAGES, tlb: one({ load: small(4), store: small(4) })! });
  bench.ref('write', 1).ref('read', 2);
  expect([bench.held(bench.tlb.store), bench.held(bench.tlb.load)]).toEqual([[1], [2]]);
  bench.ref('write', 2);
  expect([bench.asked, bench.held(bench.tlb.store)]).toEqual([
    [1, 2, 2],
    [1, 2],
  ]);
  bench.ref('read', 2).ref('write', 1);
  expect(bench.asked.length).toBe(3);
  expect(bench.counters.rewalks).toBe(0);
});

test('a size in two arrays is spread over them by the lowest bit of its page number', () => {
  const eight = { entries: 8, ways: 2 };
  const all = PAGES.slice(0, 16);
  const bench = new TlbBench({ pages: PAGES, tlb: one({ '4k': eight, '4k+2m': eight })! });
  bench.ref('read', ...all);
  expect(bench.held(bench.tlb.load)).toEqual(all); // eight even and eight odd pages, each in four sets of two
  bench.ref('read', 16); // set 0 of the even array gives up page 0
  expect(bench.held(bench.tlb.load)).toEqual([...all.slice(1), 16]);
  expect(bench.tlb.load.of[0].map((array) => array.key.filter((key) => key >= 0).length)).toEqual([8, 8]);
});

describe('a page of 4 MiB (1024 pages)', () => {
  const four = [511, 0, 1023, 512];
  const map = (vpn: number) => ({ frame: 5 * 1024 + (vpn % 1024), pageShift: 22 });
  const tlb = one({ '4k': { entries: 4, ways: 0 }, '2m': { entries: 4, ways: 0 } })!;

  test('is one entry that reaches all of it (Intel)', () => {
    const bench = new TlbBench({ pages: four, tlb, map, largeShift: 22 });
    bench.ref('read', ...four);
    expect(bench.asked).toEqual([511]);
    expect(four.map((vpn) => bench.frameOf(vpn))).toEqual(four.map((vpn) => 5 * 1024 + vpn));
    expect([bench.tlb.load.of[1][0]!.key.filter((key) => key >= 0).length, bench.counters.splinteredFills]).toEqual([
      1, 0,
    ]);
  });

  test('is two entries of 2 MiB (AMD)', () => {
    const bench = new TlbBench({ pages: four, tlb, map, largeShift: 21 });
    bench.ref('read', ...four);
    expect(bench.asked).toEqual([511, 1023]);
    expect(four.map((vpn) => bench.frameOf(vpn))).toEqual(four.map((vpn) => 5 * 1024 + vpn));
    expect([bench.tlb.load.of[1][0]!.key.filter((key) => key >= 0).length, bench.counters.splinteredFills]).toEqual([
      2, 2,
    ]);
  });
});

test('the first write through a clean entry walks again, once, and is no TLB miss', () => {
  const dirty = new Set<number>();
  const map = (vpn: number, access: number) => {
    if ((access & ACCESS.write) !== 0) dirty.add(vpn);
    return { rights: RIGHT.read | RIGHT.fetch | (dirty.has(vpn) ? RIGHT.write : 0) };
  };
  for (const l2 of [null, small(8)]) {
    dirty.clear();
    const bench = new TlbBench({ pages: PAGES, tlb: one(small(4), l2)!, map });
    bench.ref('read', 1).ref('write', 1, 1).ref('read', 1);
    expect([bench.asked, bench.counters.rewalks, bench.counters.tlbMisses]).toEqual([[1, 1], 1, 1]);
  }
});

test('a first write that finds its clean entry in L2 walks again, and is no TLB miss either', () => {
  let written = false;
  const map = (_vpn: number, access: number) => {
    written ||= (access & ACCESS.write) !== 0;
    return { rights: written ? RIGHT.read | RIGHT.write : RIGHT.read };
  };
  const bench = new TlbBench({ pages: PAGES, tlb: one(small(1), small(8))!, map });
  bench.ref('read', 1, 2).ref('write', 1);
  expect([bench.asked, bench.counters.l2TlbHits, bench.counters.rewalks, bench.counters.tlbMisses]).toEqual([
    ...[[1, 2, 1], 1, 1, 2],
  ]);
});

test('faults are not cached: each reference asks again until the page is mapped', () => {
  const mapped = new Set<number>();
  const map = (vpn: number) => (mapped.has(vpn) ? {} : null);
  const bench = new TlbBench({ pages: PAGES, map, fault: (vpn) => vpn === 2 && mapped.add(vpn).has(vpn) });
  bench.ref('read', 1, 1);
  expect([bench.asked, bench.counters.untranslatedRuns, bench.held(bench.tlb.load)]).toEqual([[1, 1], 2, []]);
  bench.ref('read', 2, 2);
  expect([bench.asked, bench.counters.guestFaults, bench.held(bench.tlb.load)]).toEqual([[1, 1, 2, 2], 1, [2]]);
});

test('a page fault removes the translation that it found wanting', () => {
  let readable = true;
  const map = (_vpn: number, access: number) =>
    (access & ACCESS.write) !== 0 ? null : { rights: RIGHT.read, frame: readable ? 7 : 8 };
  const bench = new TlbBench({ pages: PAGES, map });
  bench.ref('read', 1);
  readable = false;
  bench.ref('write', 1);
  expect(bench.frameOf(1)).toBe(-1);
  expect(bench.ref('read', 1).frameOf(1)).toBe(8);
});

test('a global translation serves every PCID of its VPID, and no other VPID', () => {
  const bench = new TlbBench({ pages: PAGES, map: (vpn) => ({ global: vpn === 1 }) });
  const in3 = { vpid: 1, pcid: 3, eptp: 0 };
  bench.run(in3).ref('read', 1, 2);
  bench.run({ ...in3, pcid: 4 }).ref('read', 1, 2);
  expect(bench.asked).toEqual([1, 2, 2]);
  bench.run({ ...in3, vpid: 2 }).ref('read', 1);
  expect(bench.asked.length).toBe(4);
});

test('a translation that a walk finds to be global now is seen by every PCID from then on', () => {
  let written = false;
  const map = () => ({ global: written, rights: written ? RIGHT.read | RIGHT.write : RIGHT.read });
  const bench = new TlbBench({ pages: PAGES, map });
  const in3 = { vpid: 1, pcid: 3, eptp: 0 };
  bench.run(in3).ref('read', 1);
  written = true;
  bench.ref('write', 1);
  bench.run({ ...in3, pcid: 4 }).ref('read', 1);
  expect(bench.asked).toEqual([1, 1]);
});

test('a pool of 4 ASIDs gives 1, 2 and 3, and begins again only where all is to be emptied', () => {
  const pool = new AsidPool(4);
  const taken = Array.from({ length: 7 }, () => pool.take());
  expect(taken.map(({ asid }) => asid)).toEqual([1, 2, 3, 1, 2, 3, 1]);
  expect(taken.map(({ wrapped }) => wrapped)).toEqual([false, false, false, true, false, false, true]);
});
