/** A walker with a frame map in place of nested tables is how a VMM reads guest tables. */
import { expect, test } from 'vitest';
import { FORMATS, PTE } from '../../src/memory/formats/index.js';
import { sequentialFrames } from '../../src/memory/frames.js';
import { RadixTable } from '../../src/memory/page-table.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { ACCESS, Dimension, FAULT } from '../../src/mmu/dimension.js';
import { WALK, Walker } from '../../src/mmu/walker.js';

const VPN = ((14 * 512 + 72) * 512 + 418) * 512 + 120;
/** Guest frames lie 1000 frames higher in system memory; those from 500 on are not backed. */
const map = { frameOf: (guestFrame: number) => (guestFrame < 500 ? guestFrame + 1000 : -1) };
const ONLY_PRESENT = PTE.present | PTE.writable | PTE.user;

function setUp(frame = 77) {
  const memory = new PhysicalMemory();
  const guest = new RadixTable(memory, FORMATS['4level'], sequentialFrames(1, 100), map);
  guest.set(VPN, frame, ONLY_PRESENT, true);
  const walker = new Walker(memory, new Dimension(FORMATS['4level'], guest.root * 4096));
  walker.map = map;
  return { memory, guest, walker };
}

test('a software walk gives both frames, the rights and the path', () => {
  const { walker, guest } = setUp();
  walker.marks = false;
  expect(walker.walk(VPN, ACCESS.user)).toBe(WALK.ok);
  expect([walker.guestFrame, walker.frame, walker.refs]).toEqual([77, 1077, 4]);
  expect([walker.guestWritable, walker.guestUser, walker.guestNoExecute]).toEqual([true, true, true]);
  const levels = [4, 3, 2, 1];
  expect(levels.map((level) => walker.pathFrame[level])).toEqual(levels.map((level) => guest.find(VPN, level)));
  expect(levels.map((level) => walker.pathIndex(level))).toEqual([14, 72, 418, 120]);
  expect(walker.pathLow(1)).toBe(77 * 4096 + ONLY_PRESENT);
  expect(walker.lastLevel).toBe(1);
});

test('accessed and dirty bits are set only on request', () => {
  const { walker } = setUp();
  walker.marks = false;
  expect(walker.walk(VPN, ACCESS.user | ACCESS.write)).toBe(WALK.ok);
  expect([walker.leafDirty, walker.pathLow(1) & (PTE.accessed | PTE.dirty), walker.pathLow(4) & PTE.accessed]).toEqual([
    false,
    0,
    0,
  ]);
  walker.marks = true;
  expect(walker.walk(VPN, ACCESS.user | ACCESS.write)).toBe(WALK.ok);
  expect([walker.leafDirty, walker.pathLow(1) & (PTE.accessed | PTE.dirty), walker.pathLow(4) & PTE.accessed]).toEqual([
    true,
    PTE.accessed | PTE.dirty,
    PTE.accessed,
  ]);
});

test('faults of the guest are reported with the level they are at', () => {
  const { walker } = setUp();
  expect(walker.walk(VPN, ACCESS.user | ACCESS.fetch)).toBe(WALK.guestFault);
  expect([walker.errorCode, walker.lastLevel]).toEqual([FAULT.present | ACCESS.user | ACCESS.fetch, 1]);
  expect(walker.walk(VPN + 1, ACCESS.write)).toBe(WALK.guestFault);
  expect([walker.errorCode, walker.lastLevel]).toEqual([ACCESS.write, 1]);
  expect(walker.walk(0, ACCESS.read)).toBe(WALK.guestFault);
  expect([walker.errorCode, walker.lastLevel]).toEqual([0, 4]);
});

test('a guest frame that is not backed is a nested fault at its address', () => {
  const { walker } = setUp(500);
  expect(walker.walk(VPN, ACCESS.user)).toBe(WALK.nestedFault);
  expect([walker.faultInTable, walker.faultGpa]).toEqual([false, 500 * 4096]);
});
