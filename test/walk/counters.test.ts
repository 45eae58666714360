import { expect, test } from 'vitest';
import { ACCESS } from '../../src/mmu/dimension.js';
import { GUEST, NESTED } from '../../src/mmu/walk-observer.js';
import { WALK } from '../../src/mmu/walker.js';
import { buildNative, buildNested } from '../../src/verify/tables.js';

test('a walk that a nested fault stops is counted apart, with the references it made', () => {
  const { walker, vpn, guest } = buildNested('4level', 1, '4level', 1, 0x1_2345);
  // The guest's level-2 table moves to a frame that the nested tables do not map at their level 1.
  const table = guest.find(vpn, 3);
  expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.ok);
  const word = walker.pathWord[3]!;
  walker.memory.words[word] = (300 << 12) | (walker.memory.words[word]! & 0xfff);
  walker.resetCounters();
  expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.nestedFault);
  expect(table).toBe(walker.pathFrame[3]);
  expect([walker.exitInfo1, walker.faultFrame, walker.faultInTable]).toEqual([0x2_0000_0006, 300, true]);
  expect(walker.refs).toBe(14);
  expect([...walker.guestRefs, ...walker.nestedRefs]).toEqual(Array(12).fill(0));
  expect([walker.tally.faultedWalks, ...walker.tally.faultedServed]).toEqual([1, 0, 0, 0, 14]);
});

test('a PTE cache model is told every line once per reference, and its answers are counted', () => {
  const { walker, vpn } = buildNested('4level', 1, '4level', 1, 0x1_2345);
  const lines: number[] = [];
  walker.pteCache = { touch: (line) => (lines.push(line) > 20 ? 3 : 1) };
  expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.ok);
  expect(lines.length).toBe(24);
  const levels = [4, 3, 2, 1];
  expect(levels.map((level) => walker.tally.servedAt(GUEST, level))).toEqual([
    [0, 1, 0, 0],
    [0, 1, 0, 0],
    [0, 1, 0, 0],
    [0, 1, 0, 0],
  ]);
  expect(levels.map((level) => walker.tally.servedAt(NESTED, level))).toEqual(Array(4).fill([0, 4, 0, 1]));
  expect([...walker.guestRefs]).toEqual([0, 1, 1, 1, 1, 0]);
  // Every nested walk begins in the line of its root entry; slots are numbered from 1.
  expect(new Set([0, 5, 10, 15, 20].map((at) => lines[at])).size).toBe(1);
  expect(Math.min(...lines)).toBeGreaterThanOrEqual(64);
});

test('watched and unwatched walks count the same', () => {
  const [a, b] = [buildNested('4level', 2, '4level', 1, 0x1_2345), buildNested('4level', 2, '4level', 1, 0x1_2345)];
  a.walker.observer = { reference: () => undefined, update: () => undefined };
  for (const { walker, vpn } of [a, b]) for (const access of [4, 6, 20]) walker.walk(vpn, access);
  expect(a.walker.nestedRefs).toEqual(b.walker.nestedRefs);
  expect(a.walker.guestRefs).toEqual(b.walker.guestRefs);
  expect(a.walker.refs).toBe(b.walker.refs);
});

test('a load of PDPTEs is counted apart from walks, also one that an illegal PDPTE ends', () => {
  const { walker, guest } = buildNative('pae', 1, 0x1_2345);
  expect(walker.loadPdptes()).toBe(WALK.ok);
  walker.memory.write(guest.root, 2 * 2, 0b11); // the third of four: bit 1 is reserved
  expect(walker.loadPdptes()).toBe(WALK.generalProtection);
  expect([...walker.tally.loadServed]).toEqual([0, 0, 0, 4 + 3]);
  expect([...walker.guestRefs]).toEqual([0, 0, 0, 0, 0, 0]);
});
