/**
 * What each instruction and event removes: exactly the mappings that its manual demands. Intel SDM vol. 3A, 4.10.4 and vol. 3C, 29.4.3;
 * AMD APM vol. 2, 15.15 and 15.16. The laws stand here as predicates over a plain list of mappings.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/mmu/contexts.js';
import { INVALIDATIONS, type Scope } from '../../src/mmu/invalidation.js';
import { GUEST } from '../../src/mmu/walk-observer.js';
import { WalkPath, type TranslationCache } from '../../src/mmu/walk-cache/walk-cache.js';
import { TlbBench } from './bench.js';
import { LONG } from '../long.js';

/** Pages in regions of 512 GiB of their own, of every size: a walk cache leads to each by other entries. */
const REGION = 2 ** 27;
const SHIFTS = [12, 12, 21, 30];
const pageAt = (at: number): number => at * REGION + (SHIFTS[at] === 12 ? at : 0);
const PAGES = SHIFTS.map((_, at) => pageAt(at));

/** The host has VPID 0 and no nested tables; guests have nested tables 5 or 6, or none (EPT off). */
const CONTEXTS: Context[] = [0, 1, 2].flatMap((vpid) =>
  [0, 1].flatMap((pcid) => (vpid === 0 ? [0] : [0, 5, 6]).map((eptp) => ({ vpid, pcid, eptp }))),
);

/** A cached translation, or (of a walk cache) what leads to a page. */
interface Mapping extends Context {
  readonly page: number;
  readonly global: boolean;
}

type Law = (mapping: Mapping) => boolean;
interface Laws {
  readonly scope: Scope;
  /** Linear and combined mappings that must go; and those of walk caches, which know no global ones. */
  readonly tlb: Law;
  readonly walkCache: Law;
  /** Guest-physical mappings that must go, by nested tables. */
  readonly guestPhysical: (eptp: number) => boolean;
}

const no = () => false;
const yes = () => true;
const both =
  (one: Law, other: Law): Law =>
  (m) =>
    one(m) && other(m);

/** In `now`; `vpid`, `pcid`, `eptp` and `page` are operands. */
function lawsOf(now: Context, { vpid, pcid, eptp, page }: Omit<Mapping, 'global'>): Record<string, Laws> {
  const I = INVALIDATIONS;
  const mine: Law = (m) => m.vpid === now.vpid;
  const inMyPcid: Law = (m) => mine(m) && m.pcid === now.pcid;
  const seenByMe: Law = (m) => inMyPcid(m) || (mine(m) && m.global);
  const ofPage: Law = (m) => m.page === page;
  const ofVpid: Law = (m) => m.vpid === vpid;
  const ofPcid: Law = (m) => mine(m) && m.pcid === pcid;
  const ofTables: Law = (m) => m.eptp === eptp;
  const combined: Law = (m) => m.eptp !== 0;
  const local: Law = (m) => !m.global;
  const ofNow = (tables: number): boolean => tables === now.eptp;
  const law = (scope: Scope, tlb: Law, walkCache = tlb, guestPhysical: Laws['guestPhysical'] = no): Laws => ({
    ...{ scope, tlb, walkCache, guestPhysical },
  });
  return {
    INVLPG: law(I.invlpg(now, page), both(seenByMe, ofPage), inMyPcid),
    'MOV CR3': law(I.cr3Write(now, pcid, false), both(ofPcid, local)),
    'MOV CR3, bit 63': law(I.cr3Write(now, pcid, true), no),
    'CR4.PGE': law(I.cr4GlobalToggle(now), mine),
    'page fault': law(I.pageFault(now, page), both(seenByMe, ofPage), no),
    'INVPCID 0': law(I.invpcidAddress(now, pcid, page), both(ofPcid, both(ofPage, local))),
    'INVPCID 1': law(I.invpcidContext(now, pcid), both(ofPcid, local)),
    'INVPCID 2': law(I.invpcidAllGlobal(now), mine),
    'INVPCID 3': law(I.invpcidAll(now), both(mine, local)),
    'INVVPID 0': law(I.invvpidAddress(now, vpid, page), both(ofVpid, ofPage)),
    'INVVPID 1': law(I.invvpidContext(now, vpid), ofVpid),
    'INVVPID 2': law(I.invvpidAll(), (m) => m.vpid !== 0),
    'INVVPID 3': law(I.invvpidKeepGlobal(now, vpid), both(ofVpid, local)),
    'INVEPT 1': law(I.inveptContext(now, eptp), ofTables, ofTables, (tables) => tables === eptp),
    'INVEPT 2': law(I.inveptAll(), combined, combined, yes),
    'nested fault': law(
      I.nestedFault(now, page),
      both(
        seenByMe,
        both((m) => ofNow(m.eptp), ofPage),
      ),
      no,
    ),
    INVLPGA: law(I.invlpga(now, vpid, page), both(ofVpid, ofPage)),
    'TLB_CONTROL 0': law(I.tlbControlNothing(), no),
    'TLB_CONTROL 1': law(I.tlbControlAll(), yes, yes, yes),
    'TLB_CONTROL 3': law(I.tlbControlAsid(now, vpid), ofVpid, ofVpid, ofNow),
    'TLB_CONTROL 7': law(I.tlbControlAsidNonGlobal(now, vpid), both(ofVpid, local), ofVpid, ofNow),
    'world switch without tags': law(I.worldSwitch(), (m) => m.vpid === 0),
  };
}

const NAMES = Object.keys(lawsOf(CONTEXTS[0]!, { ...CONTEXTS[0]!, page: 0 }));

/** Operands of INVEPT and INVVPID are a guest's. */
const history = fc.record({
  now: fc.constantFrom(...CONTEXTS),
  vpid: fc.constantFrom(1, 2),
  pcid: fc.constantFrom(0, 1),
  eptp: fc.constantFrom(5, 6),
  page: fc.constantFrom(...PAGES),
  fills: fc.array(fc.tuple(fc.nat(CONTEXTS.length - 1), fc.nat(PAGES.length - 1), fc.constantFrom('read', 'fetch')), {
    minLength: 20,
    maxLength: 80,
  }),
  /** Which pages are global, in each VPID with each nested tables. */
  globals: fc.integer({ min: 0, max: 2 ** 30 }),
  guestFrames: fc.array(fc.tuple(fc.constantFrom(5, 6), fc.nat(7)), { maxLength: 8 }),
});

describe('removes the mappings that its manual demands, and no others', () => {
  test.each(NAMES)('%s', (name) => {
    fc.assert(
      fc.property(history, ({ now, fills, globals, guestFrames, ...operands }) => {
        const isGlobal = ({ vpid, eptp }: Context, page: number): boolean =>
          ((globals >> ((PAGES.indexOf(page) * 3 + vpid) * 2 + (eptp & 1))) & 1) === 1;
        const bench = benchOf(isGlobal);
        const cached: Mapping[] = [];
        const cache = bench.walkCache as TranslationCache;
        const path = new WalkPath();
        for (const [at, number, kind] of fills) {
          const context = CONTEXTS[at]!;
          const page = PAGES[number]!;
          bench.run(context).ref(kind, page);
          cached.push({ ...context, page, global: isGlobal(context, page) });
          cache.keep({ ...spaceOf(bench, context) }, page, 4, 4, 1, path);
        }
        const translation = { frame: 1, level: 1, rights: 7, anyHigh: 0, leafLow: 0 };
        for (const [eptp, frame] of guestFrames) bench.nestedTlb.keep(eptp, frame, translation);
        bench.run(now);
        const laws = lawsOf(now, { ...now, ...operands })[name]!;
        bench.control.remove(laws.scope);

        const left = cached.filter((mapping) => !laws.tlb(mapping));
        for (const context of CONTEXTS) {
          bench.run(context);
          for (const page of PAGES) {
            const seen = (m: Mapping): boolean =>
              m.vpid === context.vpid &&
              m.eptp === context.eptp &&
              m.page === page &&
              (m.global || m.pcid === context.pcid);
            must('first level', context, page, inSomeFirstLevel(bench, page), left.some(seen));
            must('second level', context, page, bench.holds(bench.tlb.l2d!, page), left.some(seen));
            const led = cached.some(
              (m) => m.page === page && same(m, context) && !laws.walkCache({ ...m, global: false }),
            );
            must('walk cache', context, page, cache.find(spaceOf(bench, context), page, 4, path) > 0, led);
          }
        }
        for (const [eptp, frame] of guestFrames)
          expect(bench.nestedTlb.find(eptp, frame) !== null).toBe(!laws.guestPhysical(eptp));
      }),
      { numRuns: LONG ? 500 : 40 },
    );
  });
});

test.each(['uptc', 'sptc'] as const)(
  'a %s, which knows physical addresses only, is emptied whole by any of them',
  (organisation) => {
    const size = { entries: 8, ways: 0 };
    const rest = { dimensions: '1d', cycles: 1 } as const;
    const walkCache =
      organisation === 'uptc'
        ? ({ organisation, ...size, ...rest } as const)
        : ({ organisation, pml5e: null, pml4e: null, pdpte: null, pde: size, ...rest } as const);
    const bench = new TlbBench({ pages: PAGES, walkCache });
    const cache = bench.walkCache!;
    if (cache.kind !== 'entries') throw new Error('entries are kept');
    const now = bench.control.context;
    for (const scope of [
      INVALIDATIONS.invlpg(now, 0),
      INVALIDATIONS.invpcidAddress(now, 0, 0),
      INVALIDATIONS.cr3Write(now, 3, false),
    ]) {
      cache.keep(2, 4096, 1, 0);
      expect(cache.find(2, 4096)).toBe(true);
      bench.control.remove(scope);
      expect(cache.find(2, 4096)).toBe(false);
    }
  },
);

function benchOf(isGlobal: (context: Context, page: number) => boolean): TlbBench {
  const all = { shared: { entries: 256, ways: 0 } };
  const size = { entries: 512, ways: 0 };
  return new TlbBench({
    tlb: { l1i: all, l1d: all, l2: { unified: all } },
    walkCache: { organisation: 'stc', pml5e: size, pml4e: size, pdpte: size, pde: size, dimensions: '1d', cycles: 1 },
    pages: PAGES,
    map: (page, _access, context) => ({
      frame: page,
      pageShift: SHIFTS[PAGES.indexOf(page)]!,
      global: isGlobal(context, page),
    }),
  });
}

function spaceOf({ contexts }: TlbBench, context: Context) {
  return { dimension: GUEST, space: contexts.id(context), indexBits: 9 };
}

/** Cheaper than an expectation. */
function must(where: string, context: Context, page: number, held: boolean, wanted: boolean): void {
  if (held !== wanted)
    throw new Error(`${where}, ${JSON.stringify({ ...context, page })}: ${held ? 'stays' : 'is gone'}`);
}

function inSomeFirstLevel(bench: TlbBench, page: number): boolean {
  return bench.holds(bench.tlb.load, page) || bench.holds(bench.tlb.l1i, page);
}

function same(a: Context, b: Context): boolean {
  return a.vpid === b.vpid && a.pcid === b.pcid && a.eptp === b.eptp;
}
