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
 * The least and the most of a function of sums. Where it rises or falls with each input, whatever the others are, they lie in corners; which
 * one is searched for, an input at a time, from where each alone leads and from what is likely, until no input makes it better. That finds
 * corners, and proves nothing. Of a fleet, only the parts that an input is of are reckoned again when it moves.
 */
export function spread(
  parts: readonly Part[],
  combine: (sums: readonly number[]) => number,
): { readonly span: Span; readonly moves: readonly Moved[] } {
  const open = distinct(parts.flatMap(({ inputs }) => inputs)).filter(({ low, high }) => low !== high);
  const users = new Map<string, number[]>(open.map(({ name }) => [name, []]));
  for (const [at, { inputs }] of parts.entries()) for (const { name } of distinct(inputs)) users.get(name)?.push(at);
  const at = (): Place => new Place(parts, users, combine);
  const start = at();
  const moves = open.map((input): Moved => ({
    input,
    atLow: start.valueWith(input, input.low),
    atHigh: start.valueWith(input, input.high),
  }));
  const extreme = (sign: 1 | -1): number => {
    const led = at();
    for (const { input, atLow, atHigh } of moves)
      led.move(input, sign * (atHigh - atLow) >= 0 ? input.high : input.low);
    return Math.max(climbed(led, open, sign), climbed(at(), open, sign));
  };
  return { span: { low: -extreme(-1), likely: start.value, high: extreme(1) }, moves };
}

const MOST_ROUNDS = 8;

/** The value, times the sign, where no input alone makes it larger. */
function climbed(place: Place, open: readonly Input[], sign: 1 | -1): number {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = place.value;
    for (const input of open)
      for (const value of [input.low, input.likely, input.high]) {
        if (value === place.where(input)) continue;
        const other = place.valueWith(input, value);
        if (sign * (other - place.value) > 1e-12 * Math.abs(place.value)) place.move(input, value);
      }
    if (place.value === before) break;
  }
  return sign * place.value;
}

/** Where inputs are, and what the parts give there. */
class Place {
  value: number;
  private readonly places = new Map<string, number>();
  private readonly each: (readonly number[])[];
  private readonly at: At = (one) => this.places.get(one.name) ?? one.likely;

  constructor(
    private readonly parts: readonly Part[],
    private readonly users: ReadonlyMap<string, readonly number[]>,
    private readonly combine: (sums: readonly number[]) => number,
  ) {
    this.each = parts.map(({ of }) => of(this.at));
    this.value = combine(added(this.each));
  }

  where(input: Input): number {
    return this.at(input);
  }

  /** With one input elsewhere; it stays where it is. */
  valueWith(input: Input, value: number): number {
    const before = this.where(input);
    this.places.set(input.name, value);
    const users = this.users.get(input.name)!;
    const each = users.length === 0 ? this.each : [...this.each];
    for (const part of users) each[part] = this.parts[part]!.of(this.at);
    this.places.set(input.name, before);
    return this.combine(added(each));
  }

  move(input: Input, value: number): void {
    this.places.set(input.name, value);
    for (const part of this.users.get(input.name)!) this.each[part] = this.parts[part]!.of(this.at);
    this.value = this.combine(added(this.each));
  }
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
