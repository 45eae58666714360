/** What may watch a walk: an observer that explains or checks it, and a model of the data caches that serve its reads. */

/** Dimensions, as an observer is told them. */
export const GUEST = 0;
export const NESTED = 1;
/** Shadow tables, in walks that may go on in the guest's: see switching.ts. */
export const SHADOW = 2;

/** What saved a walk a reference. */
export const SAVED_BY = { walkCache: 0, nestedTlb: 1 } as const;
export type Saver = (typeof SAVED_BY)[keyof typeof SAVED_BY];

export interface WalkObserver {
  /**
   * A table entry is read at a system-physical address: its halves (high is 0 for 4-byte entries), and what served it: 0 L1, 1 L2, 2 L3,
   * 3 memory.
   */
  reference(dimension: number, level: number, address: number, low: number, high: number, served: number): void;
  /** A table entry need not be read, because a cache knows it or what is behind it. */
  saved?(dimension: number, level: number, by: Saver): void;
  /** Accessed or dirty bits are set: the entry's new halves (high is 0 for 4-byte entries). */
  update(dimension: number, level: number, address: number, low: number, high: number): void;
}

export interface PteCacheModel {
  /** A 64-byte line of table entries is read; returns what served it: 0 L1, 1 L2, 2 L3, 3 memory. */
  touch(line: number): number;
}
