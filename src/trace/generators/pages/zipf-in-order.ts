/** As zipf, with the ranks in the order of the pages: the most popular pages are neighbours at the beginning of the region. */
import { eachReference, pageGenerator } from '../page-generator.js';
import { exponent, zipfRanks } from '../zipf-ranks.js';

export const zipfInOrder = pageGenerator({
  description: 'plain Zipf: page k is used in proportion to 1/k^exponent, so popular pages are neighbours',
  parameters: { exponent: exponent(1) },
  start: (pages, random, values) => eachReference(zipfRanks(pages, values.exponent, random)),
});
