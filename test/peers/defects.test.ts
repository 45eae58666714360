/**
 * Defects that other simulators had, so that this one does not get them: found in their repositories and issues, and collected in
 * reference/peers.md ("Known defects worth a regression test of ours").
 */
import { expect, test } from 'vitest';
import { PTE } from '../../src/memory/formats/index.js';
import { ACCESS } from '../../src/mmu/dimension.js';
import { INVALIDATIONS } from '../../src/mmu/invalidation.js';
import { createWalkCache } from '../../src/mmu/walk-cache/index.js';
import { WALK, type Walker } from '../../src/mmu/walker.js';
import { Cell, runCell } from '../../src/run/cell.js';
import { generateTrace } from '../../src/trace/generate.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { buildNative, buildNested } from '../../src/verify/tables.js';
import { configOf } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';
import { TlbBench } from '../tlb/bench.js';
import { LONG } from '../long.js';

const VPN = 0x1_2345;
const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
const PWC = { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 } as const;

function refsOf(walker: Walker, vpn: number): number {
  expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.ok);
  return walker.refs;
}

test('DMT: a walk-cache hit on the entry of the look-up before is a hit (they counted 22.1 references a walk, not 7.74)', () => {
  const { walker } = buildNested('4level', 1, '4level', 1, VPN);
  walker.setWalkCache(createWalkCache(PWC), true);
  expect(refsOf(walker, VPN)).toBeLessThan(24); // nested pointers come again within the first walk
  // Of 24 references the pointers are held, 3 of each 4 nested ones and 3 of the guest's: 5 nested leaves and the guest's leaf are read.
  expect([refsOf(walker, VPN), refsOf(walker, VPN)]).toEqual([6, 6]);
});

test('DMT: one walk-cache entry covers one table entry, not the 8 of its line', () => {
  const { walker, guest } = buildNative('4level', 1, VPN);
  const neighbour = VPN + 512; // its level-2 entry lies beside that of VPN in a line of 64 bytes
  guest.set(neighbour, 1000, FLAGS);
  walker.setWalkCache(createWalkCache(PWC), false);
  expect([refsOf(walker, VPN), refsOf(walker, neighbour)]).toEqual([4, 2]);
});

test('ChampSim #592: a walk begins at the level after the entry that its walk cache holds', () => {
  const size = { entries: 4, ways: 0 };
  const levels = { pml5e: null, pml4e: null, pdpte: null, pde: null };
  const refs = (['pml4e', 'pdpte', 'pde'] as const).map((held) => {
    const { walker } = buildNative('4level', 1, VPN);
    const split = { ...levels, [held]: size };
    walker.setWalkCache(createWalkCache({ organisation: 'stc', ...split, dimensions: '1d', cycles: 1 }), false);
    refsOf(walker, VPN);
    const seen: number[] = [];
    walker.observer = { reference: (_dimension, level) => seen.push(level), update: () => undefined };
    refsOf(walker, VPN);
    return seen;
  });
  expect(refs).toEqual([[3, 2, 1], [2, 1], [1]]);
});

test('Virtuoso: a 2 MiB page of the guest on 2 MiB of the host is one 2 MiB entry, not one of 4 KiB', () => {
  const config = configOf({ guest: { pages: '2m' }, host: { pages: '2m' } });
  const trace = new TraceBuilder();
  const base = 0x1_0000;
  trace.event('mmap', base, 512, PROT.read | PROT.write, MAP_FLAG.anonymous);
  for (const at of [0, 1, 77, 511]) trace.ref('read', base + at);
  const batch = trace.batch();
  for (const strategy of ['native', 'nested', 'shadow'] as const) {
    const cell = new Cell({ strategy, characteristics: USER, config }, trace.pages);
    cell.replay(batch);
    expect(cell.result().counters).toMatchObject({ refs: 4, tlbMisses: 1, l1TlbHits: 3 });
  }
});

test('gem5: an entry of 4 MiB reaches 4 MiB', () => {
  const pages = [0, 511, 512, 1023, 1024];
  const tlb = { l1d: { '4k': { entries: 4, ways: 0 }, '2m': { entries: 4, ways: 0 } }, l2: null };
  const bench = new TlbBench({ pages, tlb, largeShift: 22, map: (vpn) => ({ frame: vpn, pageShift: 22 }) });
  bench.ref('read', ...pages);
  expect(bench.asked).toEqual([0, 1024]);
  bench.control.remove(INVALIDATIONS.invlpg(bench.control.context, 1023)); // of any of its pages
  bench.ref('read', 0);
  expect(bench.asked).toEqual([0, 1024, 0]);
});

test('gem5 #409: what munmap unmaps is in no TLB afterwards, and a new mapping at its place is the one that is found', () => {
  for (const strategy of ['native', 'nested', 'shadow'] as const) {
    const trace = new TraceBuilder();
    const id = trace.id(0x1_0000);
    const map = () => trace.event('mmap', 0x1_0000, 1, PROT.read | PROT.write, MAP_FLAG.anonymous);
    const cell = new Cell({ strategy, characteristics: USER, config: configOf() }, trace.pages);
    map().ref('write', 0x1_0000);
    cell.replay(trace.batch());
    expect(cell.spine.held(id, 2)).toBeGreaterThanOrEqual(0);
    trace.event('munmap', 0x1_0000, 1);
    cell.replay(trace.batch());
    expect([0, 1, 2].map((kind) => cell.spine.held(id, kind))).toEqual([-1, -1, -1]);
    const faults = cell.result().counters.guestFaults;
    map().ref('read', 0x1_0000);
    cell.replay(trace.batch());
    expect(cell.result().counters.guestFaults).toBe(faults + 1);
  }
});

test('gem5 #484: a miss is one miss, though its page faults and is looked up again', () => {
  const trace = new TraceBuilder();
  trace.event('mmap', 0x1_0000, 1, PROT.read | PROT.write, MAP_FLAG.anonymous);
  trace.ref('read', 0x1_0000).ref('read', 0x1_0000);
  const batch = trace.batch();
  for (const strategy of ['native', 'nested', 'shadow'] as const) {
    const cell = new Cell({ strategy, characteristics: USER, config: configOf() }, trace.pages);
    cell.replay(batch);
    expect(cell.result().counters).toMatchObject({ refs: 2, l1TlbHits: 1, l2TlbHits: 0, tlbMisses: 1 });
  }
});

test('ChampSim: references to one page that follow each other are all counted, though they are one run', () => {
  const trace = new TraceBuilder();
  trace.event('mmap', 0x1_0000, 1, PROT.read | PROT.write, MAP_FLAG.anonymous);
  trace.ref('read', 0x1_0000, 1000).ref('write', 0x1_0000, 10);
  const cell = new Cell({ strategy: 'native', characteristics: USER, config: configOf() }, trace.pages);
  cell.replay(trace.batch());
  const { refs, readRefs, writeRefs, tlbMisses, l1TlbHits } = cell.result().counters;
  expect([refs, readRefs, writeRefs, tlbMisses + l1TlbHits]).toEqual([1010, 1000, 10, 1010]);
});

const streamed = LONG ? 2 ** 20 : 2 ** 17;
test(`ChampSim: a stream of ${streamed} pages, each of which misses, is no deadlock`, () => {
  const pages = streamed;
  const trace = generateTrace('chase', { refs: pages, pages }); // each page once
  const config = configOf({ guest: { memoryMib: 8192 } });
  const spec = { strategy: 'native' as const, characteristics: trace.header.characteristics, config };
  const { counters } = runCell(spec, trace.pages, trace.batches());
  expect([counters.refs, counters.tlbMisses]).toEqual([pages, pages]);
});
