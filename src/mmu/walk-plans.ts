/**
 * Which words walks read, by region (512 pages): found out once, and good for as long as the ways that they are found beside (see ways.ts). A write to
 * any of the upper tables ends both.
 */
import { enlarged } from './enlarged.js';

/** log2 of the words of 32 bits in a plan. */
const SHIFT = 4;

/**
 * What the words of a plan are. From `word` on by level, 1 to 5: the index in simulated memory of the entry; at level 1, where a table has one for each page
 * of the region, that of the first. In the guest's dimension from `frame` on by level the frame of the table, and from `likely` on the slot of the nested
 * TLB that had its translation last; of nested tables the level of the leaf, and the region.
 */
export const PLAN = { generation: 0, word: 0, frame: 5, likely: 10, leaf: 6, region: 7 } as const;

export class WalkPlans {
  words = new Int32Array(1 << SHIFT);

  /** Place of the first word of the plan with a number. */
  at(number: number): number {
    const at = number << SHIFT;
    if (at >= this.words.length) this.words = enlarged(this.words, at + (1 << SHIFT));
    return at;
  }
}
