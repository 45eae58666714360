/** The chase itself: so many dependent loads in a row that what V8 does between them (its stack check reads a page of its own) is too seldom to be seen. */
import { compileFunction } from 'node:vm';

export type Chase = (words: Uint32Array, from: number, times: number) => number;

/** Loads in a row. With 16, a knee at 96 entries began at 88; with 4096, the code fills the instruction cache. */
export const LOADS = 1024;

/** Rounds of loads in a chunk, at least: some ten microseconds, so that many chunks lie between two interrupts. */
const SHORTEST = 24;

/** Compiled by V8's optimising compiler when it returns; nothing but this is called with it, so that it stays so. */
export function warmChase(words: Uint32Array, from: number): Chase {
  const code = `let at = from; for (let k = 0; k < times; k++) { ${'at = words[at];'.repeat(LOADS)} } return at;`;
  const chase = compileFunction(code, ['words', 'from', 'times']) as Chase;
  const began = Date.now();
  for (let calls = 0; calls < 200 || (Date.now() - began < 300 && calls < 2000); calls++) chase(words, from, 20);
  return chase;
}

/** Nanoseconds for a load of a chain, after a round through it. */
export function timed(chase: Chase, { words, from, places }: Chain): number {
  const round = Math.ceil(places / LOADS);
  chase(words, from, round);
  const times = Math.max(SHORTEST, round);
  const began = process.hrtime.bigint();
  chase(words, from, times);
  return Number(process.hrtime.bigint() - began) / (times * LOADS);
}

/** Words that lead from one to the next. */
export interface Chain {
  readonly words: Uint32Array;
  readonly from: number;
  readonly places: number;
}

/** Cycles take turns; a dependent addition takes one. */
export function clockGhz(milliseconds: number): number {
  const code = `let sum = 0; for (let k = 0; k < times; k++) { ${'sum = (sum + one) | 0;'.repeat(256)} } return sum;`;
  const add = compileFunction(code, ['one', 'times']) as (one: number, times: number) => number;
  const until = Date.now() + milliseconds;
  let best = Infinity;
  while (Date.now() < until) {
    const began = process.hrtime.bigint();
    add(3, 200);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / (200 * 256));
  }
  return 1 / best;
}
