import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMATS, PTE, type FormatName } from '../../src/memory/formats/index.js';
import { sequentialFrames } from '../../src/memory/frames.js';
import { entryFrame, entryIndex, makeHigh, makeLow, noExecuteOf, RadixTable } from '../../src/memory/page-table.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { Dimension } from '../../src/mmu/dimension.js';
import { Walker } from '../../src/mmu/walker.js';

test('decoding an entry gives what was encoded', () => {
  const frames = fc.integer({ min: 0, max: 2 ** 40 - 1 });
  fc.assert(
    fc.property(frames, fc.integer({ min: 0, max: 0xfff }), fc.boolean(), (frame, flags, noExecute) => {
      const [low, high] = [makeLow(frame, flags), makeHigh(frame, noExecute)];
      expect(entryFrame(low, high)).toBe(frame);
      expect(low & 0xfff).toBe(flags);
      expect(noExecuteOf(high)).toBe(noExecute);
    }),
  );
});

test('an entry is the value in the manuals', () => {
  const value = (low: number, high: number) => ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16);
  const flags = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
  expect(value(makeLow(0x12345, flags), makeHigh(0x12345, true))).toBe('8000000012345067');
  expect(value(makeLow(0xab_cdef_0123, PTE.present), makeHigh(0xab_cdef_0123))).toBe('abcdef0123001');
});

test('PAT of a large page is not part of its frame', () => {
  expect(entryFrame(makeLow(0x200, PTE.large | PTE.present) | 0x1000, 0, 21)).toBe(0x200);
});

test('indices of the highest page are all ones, and of a page are its bit fields', () => {
  const top = 2 ** 52 - 1;
  for (const level of [1, 2, 3, 4, 5]) expect(entryIndex(FORMATS['5level'], top, level)).toBe(511);
  const vpn = ((((7 * 512 + 5) * 512 + 4) * 512 + 3) * 512 + 2) * 1;
  expect([1, 2, 3, 4, 5].map((level) => entryIndex(FORMATS['5level'], vpn, level))).toEqual([2, 3, 4, 5, 7]);
  expect([1, 2].map((level) => entryIndex(FORMATS['32bit'], 3 * 1024 + 9, level))).toEqual([9, 3]);
});

const PAGES: Record<Exclude<FormatName, 'none'>, number> = {
  '32bit': 2 ** 20,
  pae: 2 ** 20,
  '4level': 2 ** 36,
  '5level': 2 ** 45,
  ept: 2 ** 36,
};

describe.each(Object.entries(PAGES))('%s table', (name, pages) => {
  const format = FORMATS[name as FormatName];

  test('holds what was set last for each page, and nothing else', () => {
    const vpns = fc.integer({ min: 0, max: pages - 1 });
    const frames = fc.integer({ min: 0, max: 2 ** 20 - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(vpns, frames), { maxLength: 30 }), (pairs) => {
        const table = new RadixTable(new PhysicalMemory(), format, sequentialFrames(1, 1000));
        const model = new Map(pairs);
        for (const [vpn, frame] of pairs) table.set(vpn, frame, PTE.present);
        for (const [vpn, frame] of model) {
          const [leaf, index] = [table.find(vpn, 1), entryIndex(format, vpn, 1)];
          expect(entryFrame(table.low(leaf, index), table.high(leaf, index))).toBe(frame);
          expect(table.unset(vpn)).toBe(true);
          expect(table.low(leaf, index)).toBe(0);
        }
      }),
    );
  });

  test('gives back each of its frames once when it is destroyed', () => {
    const vpns = fc.integer({ min: 0, max: pages - 1 });
    fc.assert(
      fc.property(fc.array(vpns, { maxLength: 10 }), (list) => {
        const inUse = new Set<number>();
        const frames = sequentialFrames(1, 1000);
        const counted = {
          allocateBlock: (count: number) => frames.allocateBlock(count),
          releaseBlock: (frame: number, count: number) => {
            frames.releaseBlock(frame, count);
          },
          allocate() {
            const frame = frames.allocate();
            inUse.add(frame);
            return frame;
          },
          release: (frame: number) => expect(inUse.delete(frame)).toBe(true),
        };
        const table = new RadixTable(new PhysicalMemory(), format, counted);
        for (const vpn of list) table.set(vpn, 5, PTE.present);
        expect(inUse.size).toBeGreaterThan(0);
        table.destroy();
        expect(inUse.size).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  test('finds no leaf table below a large page or an empty entry', () => {
    const table = new RadixTable(new PhysicalMemory(), format, sequentialFrames(1, 1000));
    expect(table.find(0, 1)).toBe(-1);
    table.set(0, 0, PTE.present, false, 2);
    expect(table.find(0, 1)).toBe(-1);
    expect(table.find(0, 2)).toBeGreaterThan(0);
  });
});

describe('32-bit entries', () => {
  const makeTable = () => new RadixTable(new PhysicalMemory(), FORMATS['32bit'], sequentialFrames(1, 100));

  test('hold bits 32..39 of a 4 MiB page in bits 13..20, where the walker finds them', () => {
    const table = makeTable();
    const frame = 0xab_4000_0000 / 4096;
    table.set(0, frame, PTE.present | PTE.user | PTE.accessed, false, 2);
    expect(table.low(table.root, 0)).toBe(0x4000_0000 | (0xab << 13) | 0xa5);
    const walker = new Walker(table.memory, new Dimension(FORMATS['32bit'], table.root * 4096));
    expect(walker.walk(3, 4)).toBe(0);
    expect(walker.frame).toBe(frame + 3);
  });

  test('refuse a 4 KiB page above 4 GiB', () => {
    expect(() => makeTable().set(0, 2 ** 20, PTE.present)).toThrow(/frame 1048576 does not fit a 32bit table entry/);
  });
});
