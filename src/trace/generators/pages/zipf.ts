/** Few pages often, many seldom: the page of rank k with weight 1/k, the ranks scattered over the region by an odd multiplier. */
import { eachReference, pageGenerator } from '../page-generator.js';
import { exponent, zipfRanks } from '../zipf-ranks.js';

const SCATTER = 2654435761;
/** The product of a number below this and SCATTER is exact. */
const EXACT = 2 ** 20;

export const zipf = pageGenerator({
  description:
    'scrambled Zipf: the page of rank k is used in proportion to 1/k^exponent, and popular pages lie anywhere',
  parameters: { exponent: exponent(1) },
  start(pages, random, values) {
    const nextRank = zipfRanks(pages, values.exponent, random);
    return eachReference(() => scattered(nextRank(), pages));
  },
});

/** rank * SCATTER modulo a power of two up to 2^52. */
function scattered(rank: number, pages: number): number {
  if (pages <= 2 ** 32) return (Math.imul(rank, SCATTER) & (pages - 1)) >>> 0;
  const high = (Math.imul(Math.floor(rank / EXACT), SCATTER) >>> 0) * EXACT;
  return (high + (rank % EXACT) * SCATTER) % pages;
}
