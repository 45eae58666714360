/** Few pages often, many seldom: the page of rank k with weight 1/k, the ranks scattered over the region by an odd multiplier. */
import type { PageGenerator } from '../page-generator.js';

const SCATTER = 2654435761;

/** Draws fall into this many equal parts; only the ranks of a draw's part are searched. */
const PARTS = 1 << 16;

export const zipf: PageGenerator = {
  description: 'Zipf with exponent 1: the page of rank k is used in proportion to 1/k',
  start(pages, random) {
    const cumulative = new Float64Array(pages);
    let sum = 0;
    for (let rank = 0; rank < pages; rank++) cumulative[rank] = sum += 1 / (rank + 1);

    /** The smallest rank from `low` to `high` whose cumulative weight exceeds `u`, or else `high`. */
    function search(u: number, low: number, high: number): number {
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulative[middle]! > u) high = middle;
        else low = middle + 1;
      }
      return low;
    }

    // Rounding keeps order, so the rank of a draw lies between those of the two ends of its part.
    const firstRank = Uint32Array.from({ length: PARTS + 1 }, (_, part) => search((part / PARTS) * sum, 0, pages - 1));
    return (next) => {
      for (let i = 0; i < next.length; i++) {
        const draw = random.next53();
        const part = Math.floor(draw * PARTS);
        const rank = search(draw * sum, firstRank[part]!, firstRank[part + 1]!);
        next[i] = Math.imul(rank, SCATTER) & (pages - 1);
      }
    };
  },
};
