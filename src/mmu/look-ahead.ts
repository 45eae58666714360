/**
 * Reads what the rows to come will need of the simulator's own memory, in loops that do nothing else: many reads are under way at a time, where the loop
 * over rows would wait for each (see quick-loop.ts).
 */
import { LEAF_MASK as MASK, REGION_MASK as MOST_REGIONS, WAY, WAY_SHIFT as SHIFT } from './ways.js';

/** Rows that are looked at together. */
export const STRETCH = 64;

// Constants of this module become part of the compiled code; imported ones are loaded and checked at each use.
const LEAF = WAY.leaf;
const LEAF_PLACE = WAY.mask;
const LEAF_MASK = MASK;
const REGION_MASK = MOST_REGIONS;
const WAY_SHIFT = SHIFT;

export class LookAhead {
  /** Keeps the compiler from leaving the reads out. */
  sink = 0;
  private readonly wanted = new Int32Array(STRETCH);

  /**
   * @param page keys of rows, of which those from `from` on and before `end` are meant: at most STRETCH
   * @param first slots by key of the first TLB level @param second of the second
   * @param places where pages are: see PageIndex @param near ways by region
   * @param host ways of guest-physical pages; null natively
   */
  read(
    page: Uint32Array,
    from: number,
    end: number,
    first: Int16Array,
    second: Int16Array,
    places: Int32Array,
    near: Int32Array,
    words: Int32Array,
    host: Int32Array | null,
  ): void {
    const { wanted } = this;
    let missing = 0;
    for (let row = from; row < end; row++) {
      const key = page[row]!;
      wanted[missing] = key;
      missing += (first[key]! & second[key]!) >>> 31;
    }
    for (let at = 0; at < missing; at++) {
      const placed = places[wanted[at]!]!;
      wanted[at] = near[((placed >> 9) << WAY_SHIFT) + LEAF]! + ((placed << 1) & LEAF_MASK);
    }
    let sink = 0;
    if (host === null) for (let at = 0; at < missing; at++) sink ^= words[wanted[at]!]!;
    else {
      for (let at = 0; at < missing; at++) wanted[at] = words[wanted[at]!]! >>> 12;
      for (let at = 0; at < missing; at++) {
        const frame = wanted[at]!;
        const way = ((frame >> 9) & REGION_MASK) << WAY_SHIFT;
        sink ^= words[host[way + LEAF]! + ((frame << 1) & host[way + LEAF_PLACE]!)]!;
      }
    }
    this.sink = sink;
  }
}
