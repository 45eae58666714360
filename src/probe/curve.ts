/**
 * What a chase took by its footprint. A chase reads one line of each of `pages` pages, each load's address coming from the load before; `spread` has its lines
 * in so many 4 KiB pages, `dense` as many lines side by side. What `spread` takes above `dense` is translation.
 */

/** Nanoseconds for a load: the least of all chunks, and how far the least of every other chunk lies above it (0: no noise). */
export interface Time {
  readonly ns: number;
  readonly noise: number;
}

export interface Point {
  readonly pages: number;
  readonly spread: Time;
  readonly dense: Time;
}

/** Points in ascending order of pages. */
export type Curve = readonly Point[];

/** From page to page where they lie `apart`: entries of leaf tables then stand in a line each, and all sets of a TLB are used alike, be they 2^n or 3 × 2^n. */
export const APART = 11;

export const PAGE_BYTES = 4096;
export const LINE_BYTES = 64;

export interface Excess {
  readonly pages: number;
  readonly ns: number;
  readonly noise: number;
}

/**
 * Translation by footprint. A larger footprint takes no less time, and noise only adds: so nothing takes more than what any larger
 * footprint was seen to take.
 */
export function excess(curve: Curve): Excess[] {
  const spread = leastFromHere(curve.map((point) => point.spread.ns));
  const dense = leastFromHere(curve.map((point) => point.dense.ns));
  return curve.map((point, at) => ({
    pages: point.pages,
    ns: spread[at]! - dense[at]!,
    noise: point.spread.noise + point.dense.noise,
  }));
}

function leastFromHere(values: readonly number[]): number[] {
  const least = [...values];
  for (let at = least.length - 2; at >= 0; at--) least[at] = Math.min(least[at]!, least[at + 1]!);
  return least;
}
