/**
 * What an estimate depends on and nobody knows exactly: a name, two ends, what is likely, and where all that comes from. Inputs of one name are
 * one input, wherever they were made: the price of an exit is the same for all virtual machines of a host.
 */
import type { Range } from './range.js';

export interface Input extends Range {
  readonly name: string;
  readonly likely: number;
  readonly from: string;
}

/** A value for each input. */
export type At = (input: Input) => number;

export const likely: At = (input) => input.likely;

/** @param middle what is likely; the geometric mean of the ends, or the arithmetic one where an end is 0, if left out */
export function input(name: string, { low, high }: Range, from: string, middle?: number): Input {
  const between = low > 0 ? Math.sqrt(low * high) : (low + high) / 2;
  return { name, low, high, likely: middle ?? between, from };
}

/** A function of inputs between its least and its most. */
export interface Span {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/**
 * The corners of a function that rises or falls with each input, whatever the others are: which it does is found by moving each alone.
 * Single moves count too, so that a function which is not quite so is not made narrower than it was seen to be.
 */
export function span(inputs: readonly Input[], of: (at: At) => number): Span {
  const middle = of(likely);
  const ends = new Map<string, { readonly down: number; readonly up: number }>();
  let low = middle;
  let high = middle;
  for (const one of distinct(inputs)) {
    if (one.low === one.high) continue;
    const [atLow, atHigh] = [of(moved(one, one.low)), of(moved(one, one.high))];
    ends.set(one.name, atLow <= atHigh ? { down: one.low, up: one.high } : { down: one.high, up: one.low });
    low = Math.min(low, atLow, atHigh);
    high = Math.max(high, atLow, atHigh);
  }
  return {
    low: Math.min(
      low,
      of((one) => ends.get(one.name)?.down ?? one.likely),
    ),
    likely: middle,
    high: Math.max(
      high,
      of((one) => ends.get(one.name)?.up ?? one.likely),
    ),
  };
}

/** Each name once. */
export function distinct(inputs: readonly Input[]): Input[] {
  return [...new Map(inputs.map((input) => [input.name, input])).values()];
}

/** All as is likely, but one. */
export function moved(input: Input, value: number): At {
  return (one) => (one.name === input.name ? value : one.likely);
}
