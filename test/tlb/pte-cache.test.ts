import { expect, test } from 'vitest';
import { MACHINES } from '../../src/config/machines/index.js';
import { machineSchema, type Machine } from '../../src/config/machine-schema.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { PteCache } from '../../src/mmu/pte-cache.js';

const intelSkylake = machineSchema.parse(MACHINES['intel-skylake']);

/** Caches of 1, 2 and 4 KiB to themselves: 16, 32 and 64 lines. */
const caches = {
  ...intelSkylake.caches,
  l1d: { kib: 1, ways: 4, cycles: 4 },
  l2: { kib: 2, ways: 4, cycles: 12 },
  l3: { kib: 4, ways: 4, cycles: 47 },
};
const [L1, L2, L3, MEMORY] = [0, 1, 2, 3];

/** Tables in frames, written first in this order, from which a cache is given lines: 64 of each. */
function cacheOf(machine: Machine, frames: readonly number[]): { touch(line: number): number } {
  const memory = new PhysicalMemory();
  for (const frame of frames) memory.write(frame, 0, 1);
  const cache = new PteCache(machine, memory);
  const first = memory.baseOf(frames[0]!) >> 4;
  return { touch: (line) => cache.touch(first + line) };
}

test('a line comes from memory first, then from the smallest cache that still holds it', () => {
  const cache = cacheOf({ ...intelSkylake, caches, pteCacheShare: 1 }, [0, 1]);
  expect(cache.touch(0)).toBe(MEMORY);
  expect(cache.touch(0)).toBe(L1);
  for (let line = 1; line < 17; line++) expect(cache.touch(line * 4)).toBe(MEMORY);
  // Seventeen lines in one set of L1, nine of them in one of L2, five of those in one of L3; each set has four ways.
  expect(cache.touch(64)).toBe(L1);
  expect(cache.touch(0)).toBe(MEMORY);
});

test('what falls out of L1 is found in L2, and what falls out of L2 in L3', () => {
  const cache = cacheOf({ ...intelSkylake, caches, pteCacheShare: 1 }, [0, 1]);
  for (let line = 0; line < 32; line++) cache.touch(line);
  expect(cache.touch(0)).toBe(L2); // 32 lines fill L2; L1 holds the last 16
  for (let line = 32; line < 64; line++) cache.touch(line);
  expect(cache.touch(1)).toBe(L3);
});

test('tables are given the stated share of each cache', () => {
  const cache = cacheOf({ ...intelSkylake, caches, pteCacheShare: 0.5 }, [0]);
  for (let line = 0; line < 9; line++) cache.touch(line);
  expect(cache.touch(8)).toBe(L1);
  expect(cache.touch(0)).toBe(L2); // eight lines of L1, not sixteen
});

test('sets are chosen by system-physical addresses, whichever table was written first', () => {
  const direct = { kib: 8, ways: 1, cycles: 4 }; // 128 sets: the lines of two frames side by side
  const competes = (other: number): boolean => {
    const machine = { ...intelSkylake, caches: { ...caches, l1d: direct }, pteCacheShare: 1 };
    const cache = cacheOf(machine, [0, other]);
    cache.touch(0);
    cache.touch(64); // the first line of the other frame
    return cache.touch(0) !== L1;
  };
  expect([1, 2, 3, 4].map(competes)).toEqual([false, true, false, true]);
});
