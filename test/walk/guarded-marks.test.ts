/** Accessed bits of the guest's tables in memory that EPT does not let be written, when a walk cache leads to the table. */
import { expect, test } from 'vitest';
import { EPT, FORMATS, PTE } from '../../src/memory/formats/index.js';
import { sequentialFrames } from '../../src/memory/frames.js';
import { RadixTable } from '../../src/memory/page-table.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { ACCESS, DEFAULT_CONTROLS, Dimension } from '../../src/mmu/dimension.js';
import { createWalkCache } from '../../src/mmu/walk-cache/index.js';
import { WALK, Walker } from '../../src/mmu/walker.js';

const ALL = EPT.read | EPT.write | EPT.execute;
const FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed;
const REGION = 512;

test.each(['utc', 'tpc'] as const)(
  'a table that a %s leads to keeps the rights that EPT gives it: no accessed bit is set without the right to write',
  (organisation) => {
    const memory = new PhysicalMemory();
    const nested = new RadixTable(memory, FORMATS.ept, sequentialFrames(1, 100), null, ALL);
    const place = (frame: number, rights: number) => {
      nested.set(frame, 1000 + frame, rights);
      return 1000 + frame;
    };
    const map = { frameOf: (frame: number) => place(frame, ALL) };
    const guest = new RadixTable(memory, FORMATS['4level'], sequentialFrames(1, 100), map, FLAGS);
    for (const vpn of [0, REGION]) guest.set(vpn, 50, FLAGS);
    guest.set(1, 50, FLAGS & ~PTE.accessed);
    place(50, ALL);
    const table = guest.find(0, 1);
    place(table, EPT.read);
    const controls = { ...DEFAULT_CONTROLS, eptAccessedDirty: false };
    const host = new Dimension(FORMATS.ept, nested.root * 4096, controls);
    const walker = new Walker(memory, new Dimension(FORMATS['4level'], guest.root * 4096), host);
    walker.setWalkCache(createWalkCache({ organisation, entries: 4, ways: 0, dimensions: '1d', cycles: 1 }), false);
    expect(walker.walk(0, ACCESS.user)).toBe(WALK.ok); // everything is marked already
    expect(walker.walk(REGION, ACCESS.user)).toBe(WALK.ok); // in a table that may be written
    expect(walker.walk(1, ACCESS.user)).toBe(WALK.nestedFault);
    // One guest reference: the cache led to the table. Readable memory that had to be written.
    expect([walker.faultInTable, walker.faultGpa, walker.refs]).toEqual([true, table * 4096 + 8, 1]);
    expect(walker.qualification(true)).toBe(0b1000_1011);
    expect(memory.read(1000 + table, 2) & PTE.accessed).toBe(0);
  },
);
