/** What a generator of page streams offers. */
import type { Parameters, Values } from './parameters.js';
import type { Xorshift128 } from './random.js';

export interface PageGenerator {
  /** One line for lists. */
  readonly description: string;
  /** What can be chosen of the stream beside its region; none by default. */
  readonly parameters?: Parameters;
  /** A stream over `pages` pages (a power of two), numbered from 0. */
  start(pages: number, random: Xorshift128, values: Readonly<Record<string, number>>): PageStream;
}

/** Fills the array with the next pages of the stream, one per reference. */
type PageStream = (next: Float64Array) => void;

interface Definition<P extends Parameters> extends Pick<PageGenerator, 'description'> {
  readonly parameters: P;
  start(pages: number, random: Xorshift128, values: Values<P>): PageStream;
}

/** A generator with parameters of its own. */
export function pageGenerator<P extends Parameters>(definition: Definition<P>): PageGenerator {
  return definition;
}

/** A stream that is made reference by reference. */
export function eachReference(nextPage: () => number): PageStream {
  return (next) => {
    for (let i = 0; i < next.length; i++) next[i] = nextPage();
  };
}
