/** What chooses the entry that a full set gives up. */

/** What an array knows of the use of its slots; the slots of a set follow each other. */
export interface UseOfSlots {
  /** Time of each slot's last use, a hit or its fill. */
  readonly stamp: Int32Array;
  /** Time of each slot's fill; null where the policy does not ask. */
  readonly filled: Int32Array | null;
  /** Bit-PLRU's bits by set, one for each way; null under other policies. */
  readonly recent: Uint32Array | null;
  /** The next of the array's own random numbers, from 0 below `bound`. */
  random(bound: number): number;
}

/** The slot to give up of a full set of `ways` slots from `first` on. */
export type Victim = (use: UseOfSlots, first: number, ways: number) => number;

/** The slot with the smallest time. */
export function oldest(times: Int32Array, first: number, ways: number): number {
  let slot = first;
  let time = times[first]!;
  for (let other = first + 1; other < first + ways; other++) {
    if (times[other]! < time) {
      time = times[other]!;
      slot = other;
    }
  }
  return slot;
}

/**
 * The way that a binary tree of "last used" bits leads to. A node's bit points away from its half that was used last, so the times of use
 * are all that the tree's bits depend on, and no bit need be kept.
 */
export function coldestLeaf(stamp: Int32Array, first: number, ways: number): number {
  let at = first;
  // Which half is the warmer cannot be foretold: a branch would be taken wrongly every other time.
  for (let half = ways >> 1; half > 0; half >>= 1)
    at += half & ((latest(stamp, at + half, half) - latest(stamp, at, half)) >> 31);
  return at;
}

/** The latest use of any of some slots. */
export function latest(stamp: Int32Array, first: number, ways: number): number {
  let time = stamp[first]!;
  for (let slot = first + 1; slot < first + ways; slot++) {
    const later = stamp[slot]! - time;
    time += later & ~(later >> 31);
  }
  return time;
}
