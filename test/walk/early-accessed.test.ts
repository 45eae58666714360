/** Accessed bits that are set on the way down, where nested tables do not let the guest's tables be written. */
import { expect, test } from 'vitest';
import { EPT, FORMATS, PTE } from '../../src/memory/formats/index.js';
import { sequentialFrames } from '../../src/memory/frames.js';
import { RadixTable } from '../../src/memory/page-table.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { ACCESS, DEFAULT_CONTROLS, Dimension } from '../../src/mmu/dimension.js';
import { WALK, Walker } from '../../src/mmu/walker.js';

const ALL = EPT.read | EPT.write | EPT.execute;
const FLAGS = PTE.present | PTE.writable | PTE.user;

test('without EPT accessed bits, an accessed bit on the way down needs the right to write the table, and is not set without it', () => {
  const memory = new PhysicalMemory();
  const nested = new RadixTable(memory, FORMATS.ept, sequentialFrames(1, 100), null, ALL);
  const map = {
    frameOf: (frame: number) => {
      nested.set(frame, 1000 + frame, EPT.read | EPT.execute);
      return 1000 + frame;
    },
  };
  const guest = new RadixTable(memory, FORMATS['4level'], sequentialFrames(1, 100), map, FLAGS);
  guest.set(0, 50, FLAGS);
  const controls = { ...DEFAULT_CONTROLS, earlyAccessed: true, eptAccessedDirty: false };
  const walker = new Walker(
    memory,
    new Dimension(FORMATS['4level'], guest.root * 4096, controls),
    new Dimension(FORMATS.ept, nested.root * 4096, controls),
  );
  expect(walker.walk(0, ACCESS.user)).toBe(WALK.nestedFault);
  // At the root's entry, after its four nested references and its own: a read that had to be a write, of readable and executable memory.
  expect([walker.faultInTable, walker.faultFrame, walker.refs, walker.qualification(true)]).toEqual([
    ...[true, guest.root, 5],
    0b1010_1011,
  ]);
  expect(guest.low(guest.root, 0) & PTE.accessed).toBe(0);
});
