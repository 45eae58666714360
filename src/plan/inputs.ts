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

export function span(inputs: readonly Input[], of: (at: At) => number): Span {
  return spread([{ inputs, of: (at) => [of(at)] }], ([value]) => value!).span;
}

/** One of several that are added up: what it depends on, and what it adds to each sum. */
export interface Part {
  readonly inputs: readonly Input[];
  readonly of: (at: At) => readonly number[];
}

/** With one input alone at each of its ends. */
export interface Moved {
  readonly input: Input;
  readonly atLow: number;
  readonly atHigh: number;
}

/**
 * The corners of a function of sums that rises or falls with each input, whatever the others are: which it does is found by moving each alone.
 * Single moves count too, so that a function which is not quite so is not made narrower than it was seen to be. Of a fleet, only the parts
 * that an input is of are reckoned again when it moves.
 */
export function spread(
  parts: readonly Part[],
  combine: (sums: readonly number[]) => number,
): { readonly span: Span; readonly moves: readonly Moved[] } {
  const middle = parts.map(({ of }) => of(likely));
  const sums = added(middle);
  const whole = combine(sums);
  const users = new Map<string, number[]>();
  for (const [at, { inputs }] of parts.entries())
    for (const { name } of distinct(inputs)) users.set(name, [...(users.get(name) ?? []), at]);
  const withOne = (input: Input, value: number): number => {
    const changed = users.get(input.name)!.map((at) => {
      const now = parts[at]!.of(moved(input, value));
      return now.map((one, n) => one - middle[at]![n]!);
    });
    return combine(added([sums, ...changed]));
  };
  const moves = distinct(parts.flatMap(({ inputs }) => inputs))
    .filter(({ low, high }) => low !== high)
    .map((input): Moved => ({ input, atLow: withOne(input, input.low), atHigh: withOne(input, input.high) }));
  const ends = new Map(
    moves.map(({ input: { name, low, high }, atLow, atHigh }) => [
      name,
      atLow <= atHigh ? { down: low, up: high } : { down: high, up: low },
    ]),
  );
  const corner = (end: 'down' | 'up'): number =>
    combine(added(parts.map(({ of }) => of((one) => ends.get(one.name)?.[end] ?? one.likely))));
  const seen = [whole, ...moves.flatMap(({ atLow, atHigh }) => [atLow, atHigh])];
  return {
    span: { low: Math.min(corner('down'), ...seen), likely: whole, high: Math.max(corner('up'), ...seen) },
    moves,
  };
}

function added(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, n) => rows.reduce((sum, row) => sum + row[n]!, 0));
}

/** Each name once. */
export function distinct(inputs: readonly Input[]): Input[] {
  return [...new Map(inputs.map((input) => [input.name, input])).values()];
}

/** All as is likely, but one. */
export function moved(input: Input, value: number): At {
  return (one) => (one.name === input.name ? value : one.likely);
}
