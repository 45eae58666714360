/**
 * Counts the table references of walks by dimension and level, and by the cache that served them while one is modelled.
 *
 * A descent through one table is noted once, by the levels of its first and last entry: references by level follow.
 * A walk that faults takes its notes back, so that the counts are those of walks that ended in a translation.
 */
import { LEVELS } from './dimension.js';
import type { PteCacheModel } from './walk-observer.js';

const PLACES = 4;
/** A two-dimensional walk descends through at most 6 tables, and makes at most 5 × 6 + 5 references. */
const MOST_DESCENTS = 8;
const MOST_REFS = 64;

export class WalkTally {
  pteCache: PteCacheModel | null = null;
  faultedWalks = 0;
  /** References of walks that faulted, by place: l1, l2, l3, memory. */
  readonly faultedServed = new Float64Array(PLACES);
  /** Descents by dimension × 64 + level of the first entry read × 8 + level of the last. */
  private readonly spans = new Float64Array(2 * 64);
  /** References by (dimension × LEVELS + level) × PLACES + place. */
  private readonly served = new Float64Array(2 * LEVELS * PLACES);

  // Notes of the walk under way.
  private readonly notes = new Uint8Array(MOST_DESCENTS);
  private descents = 0;
  private readonly trail = new Uint8Array(MOST_REFS);
  private trailLength = 0;

  begin(): void {
    this.descents = 0;
    this.trailLength = 0;
  }

  /** A descent read the entries of levels `first` down to `last`. */
  descend(dimension: number, first: number, last: number): void {
    const span = (dimension << 6) + (first << 3) + last;
    this.spans[span]! += 1;
    this.notes[this.descents++] = span;
  }

  /** One reference, while a PTE cache is modelled. */
  touch(dimension: number, level: number, line: number): void {
    const at = (dimension * LEVELS + level) * PLACES + this.pteCache!.touch(line);
    this.served[at]! += 1;
    this.trail[this.trailLength++] = at;
  }

  /** The walk under way ended in a fault. */
  takeBack(): void {
    this.faultedWalks++;
    for (let at = 0; at < this.descents; at++) {
      const span = this.notes[at]!;
      this.spans[span]! -= 1;
      if (this.pteCache === null) this.faultedServed[PLACES - 1]! += ((span >> 3) & 7) - (span & 7) + 1;
    }
    for (let at = 0; at < this.trailLength; at++) {
      const counted = this.trail[at]!;
      this.served[counted]! -= 1;
      this.faultedServed[counted % PLACES]! += 1;
    }
  }

  /** References of a dimension by level. */
  refs(dimension: number): Float64Array {
    const refs = new Float64Array(LEVELS);
    for (let first = 1; first < LEVELS; first++) {
      for (let last = 1; last <= first; last++) {
        const descents = this.spans[(dimension << 6) + (first << 3) + last]!;
        for (let level = last; level <= first; level++) refs[level]! += descents;
      }
    }
    return refs;
  }

  /** References of a dimension and level by place: l1, l2, l3, memory. Without a PTE cache memory serves them all. */
  servedAt(dimension: number, level: number): number[] {
    if (this.pteCache === null) return [0, 0, 0, this.refs(dimension)[level]!];
    const first = (dimension * LEVELS + level) * PLACES;
    return [...this.served.subarray(first, first + PLACES)];
  }

  /** Walks of a dimension that ended in a translation. */
  walks(dimension: number): number {
    return this.spans.subarray(dimension << 6, (dimension + 1) << 6).reduce((sum, descents) => sum + descents, 0);
  }

  reset(): void {
    for (const counts of [this.spans, this.served, this.faultedServed]) counts.fill(0);
    this.faultedWalks = 0;
  }
}
