/** What a generator of page streams offers. */
import type { Xorshift128 } from './random.js';

export interface PageGenerator {
  /** One line for lists. */
  readonly description: string;
  /** A stream over `pages` pages (a power of two), numbered from 0. */
  start(pages: number, random: Xorshift128): PageStream;
}

/** Fills the array with the next pages of the stream, one per reference. */
type PageStream = (next: Uint32Array) => void;
