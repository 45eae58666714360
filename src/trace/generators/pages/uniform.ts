/** Every reference to a page at random, all equally likely. */
import type { PageGenerator } from '../page-generator.js';

export const uniform: PageGenerator = {
  description: 'every page equally likely at every reference',
  start(pages, random) {
    return (next) => {
      for (let i = 0; i < next.length; i++) next[i] = random.next32() & (pages - 1);
    };
  },
};
