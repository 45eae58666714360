/** Pointer chasing: one read per step along a random cycle through all pages (Sattolo 1986), so each is met once per round. */
import type { PageGenerator } from '../page-generator.js';

export const chase: PageGenerator = {
  description: 'pointer chasing along one random cycle through all pages',
  start(pages, random) {
    const successor = Uint32Array.from({ length: pages }, (_, page) => page);
    for (let i = pages - 1; i > 0; i--) {
      const j = Math.floor(random.next53() * i);
      const swapped = successor[i]!;
      successor[i] = successor[j]!;
      successor[j] = swapped;
    }
    let page = 0;
    return (next) => {
      for (let i = 0; i < next.length; i++) {
        next[i] = page;
        page = successor[page]!;
      }
    };
  },
};
