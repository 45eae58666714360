/**
 * Chains of many footprints in one buffer: each has a word of its own in the lines, so that none is written again when they are measured by turns. Lines are
 * dealt over the sets of caches, also of those that are indexed by more than the offset in a page.
 */
import { UsageError } from '../errors.js';
import { Xorshift128 } from '../trace/generators/random.js';
import type { Chain } from './chase.js';
import { LINE_BYTES, PAGE_BYTES } from './curve.js';
import { randomCycle } from '../trace/generators/cycle.js';

const WORDS_IN_PAGE = PAGE_BYTES / 4;
const WORDS_IN_LINE = LINE_BYTES / 4;
const LINES_IN_PAGE = PAGE_BYTES / LINE_BYTES;
/** Pages of dense lines that are gone through at random before the next: few enough for any first level of a TLB. */
const WINDOW_LINES = 16 * LINES_IN_PAGE;

export class Chains {
  readonly words: Uint32Array;
  private slot = 0;
  private readonly random: Xorshift128;

  constructor(
    private readonly pages: number,
    seed: number,
  ) {
    this.words = new Uint32Array(pages * WORDS_IN_PAGE);
    this.random = new Xorshift128(seed);
  }

  /** Memory is given when it is first written to: nanoseconds a page of each stretch of so many pages. */
  touch(stretch: number): number[] {
    const times: number[] = [];
    for (let first = 0; first < this.pages; first += stretch) {
      const end = Math.min(first + stretch, this.pages);
      const began = process.hrtime.bigint();
      for (let page = first; page < end; page++) this.words[page * WORDS_IN_PAGE] = 1;
      times.push(Number(process.hrtime.bigint() - began) / (end - first));
    }
    return times;
  }

  /** One line of each of so many pages. */
  spread(places: number, stride = 1): Chain {
    const slot = this.slot++;
    if (slot >= LINES_IN_PAGE * WORDS_IN_LINE || places * stride > this.pages)
      throw new UsageError(`--memory: no room for ${places} pages`);
    const wordOf = (place: number): number => {
      const page = place * stride; // a slot's line in a page is the same for every chain, whatever its stride
      const line = (page + Math.floor(page / LINES_IN_PAGE) + Math.floor(slot / WORDS_IN_LINE)) % LINES_IN_PAGE;
      return page * WORDS_IN_PAGE + line * WORDS_IN_LINE + (slot % WORDS_IN_LINE);
    };
    const successor = randomCycle(places, this.random);
    for (let place = 0; place < places; place++) this.words[wordOf(place)] = wordOf(successor[place]!);
    return { words: this.words, from: wordOf(0), places };
  }

  /** As many lines side by side, at random within windows, so that the TLB hardly takes part. */
  dense(places: number): Chain {
    const words = new Uint32Array(places * WORDS_IN_LINE);
    let last = -1;
    for (let first = 0; first < places; first += WINDOW_LINES) {
      const lines = Math.min(WINDOW_LINES, places - first);
      const successor = randomCycle(lines, this.random);
      if (last >= 0) words[last * WORDS_IN_LINE] = first * WORDS_IN_LINE;
      let line = 0;
      for (let done = 1; done < lines; done++) {
        words[(first + line) * WORDS_IN_LINE] = (first + successor[line]!) * WORDS_IN_LINE;
        line = successor[line]!;
      }
      last = first + line;
    }
    words[last * WORDS_IN_LINE] = 0;
    return { words, from: 0, places };
  }
}
