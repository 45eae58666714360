/** A pointer that runs through the region again and again in steps of 8 bytes: 512 references to each page. */
import type { PageGenerator } from '../page-generator.js';

const REFERENCES_PER_PAGE = 512;

export const sequential: PageGenerator = {
  description: 'a running pointer with a stride of 8 bytes: 512 references to each page in turn',
  start(pages) {
    let page = 0;
    let left = REFERENCES_PER_PAGE;
    return (next) => {
      for (let i = 0; i < next.length; i++) {
        next[i] = page;
        if (--left > 0) continue;
        left = REFERENCES_PER_PAGE;
        page = (page + 1) % pages;
      }
    };
  },
};
