/**
 * Bit pseudo-LRU (MRU bits): a use sets the bit of its way; when that sets the last one, the others are cleared. The lowest way with a
 * clear bit is given up.
 */
import type { Victim } from './replacement.js';

export const bitPlru: Victim = ({ recent }, first, ways) => {
  const bits = recent![first / ways]!;
  let way = 0;
  while (way < ways - 1 && ((bits >>> way) & 1) === 1) way++;
  return first + way;
};

/** The bits of a set after a use of one of its ways. */
export function afterUse(bits: number, way: number, ways: number): number {
  const used = 2 ** way;
  const set = (bits | used) >>> 0;
  return set === 2 ** ways - 1 ? used : set;
}
