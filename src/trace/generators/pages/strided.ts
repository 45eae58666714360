/** A pointer that runs through the region in equal steps, round and round. */
import { eachReference, pageGenerator } from '../page-generator.js';

const PAGE_BYTES = 4096;

export const strided = pageGenerator({
  description: 'a running pointer with a stride in bytes',
  parameters: {
    stride: { meaning: 'bytes from one reference to the next', default: PAGE_BYTES, least: 1, most: 2 ** 40 },
  },
  start(pages, _random, { stride }) {
    let page = 0;
    let offset = 0;
    return eachReference(() => {
      const found = page;
      offset += stride;
      page = (page + Math.floor(offset / PAGE_BYTES)) % pages;
      offset %= PAGE_BYTES;
      return found;
    });
  },
});
