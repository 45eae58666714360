/** What may watch a walk: an observer that explains or checks it, and a model of the data caches that serve its reads. */

/** Dimensions, as an observer is told them. */
export const GUEST = 0;
export const NESTED = 1;

export interface WalkObserver {
  /** A table entry is read at a system-physical address. */
  reference(dimension: number, level: number, address: number): void;
  /** Accessed or dirty bits are set: the entry's new halves (high is 0 for 4-byte entries). */
  update(dimension: number, level: number, address: number, low: number, high: number): void;
}

export interface PteCacheModel {
  /** A 64-byte line of table entries is read; returns what served it: 0 L1, 1 L2, 2 L3, 3 memory. */
  touch(line: number): number;
}
