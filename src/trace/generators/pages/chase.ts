/**
 * Pointer chasing: one read per step along a random cycle through all pages, so each is met once per round. The cycle is drawn
 * (Sattolo 1986) where its table is small, else it is a permutation that needs none.
 */
import { randomCycle } from '../cycle.js';
import { eachReference, type PageGenerator } from '../page-generator.js';
import { Permutation } from '../permutation.js';

/** Largest table: 16 MiB. */
const MOST_TABLED = 2 ** 22;

export const chase: PageGenerator = {
  description: 'pointer chasing along one random cycle through all pages',
  start(pages, random) {
    if (pages > MOST_TABLED) {
      const order = new Permutation(pages, random);
      let step = 0;
      return eachReference(() => order.at(step++ % pages));
    }
    const successor = randomCycle(pages, random);
    let page = 0;
    return eachReference(() => {
      const found = page;
      page = successor[page]!;
      return found;
    });
  },
};
