/** Every reference to a page at random, all equally likely. */
import { eachReference, type PageGenerator } from '../page-generator.js';

export const uniform: PageGenerator = {
  description: 'every page equally likely at every reference',
  start: (pages, random) => eachReference(() => random.belowPower(pages)),
};
