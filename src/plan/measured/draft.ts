/** A profile while it is made: figures, each with what it was derived from, and notes for people. */
import type { ExitCause } from '../../vmm/exits.js';
import type { ProfileInput, RateName } from '../profile.js';
import { written, type Range } from '../range.js';

export class Draft {
  readonly rates = new Map<RateName, Range>();
  readonly exits = new Map<ExitCause, Range>();
  readonly exitMicroseconds = new Map<ExitCause, Range>();
  readonly evidence = new Map<string, string>();
  readonly notes: string[] = [];

  /** The first evidence is the best: what comes later is only said. */
  rate(name: RateName, range: Range, from: string): void {
    if (this.rates.has(name)) return this.note(`${name}: not used, because there is better: ${from}`);
    this.rates.set(name, range);
    this.evidence.set(`perSecond.${name}`, from);
  }

  /** Adds to what is there. */
  exit(cause: ExitCause, range: Range, from: string): void {
    const before = this.exits.get(cause);
    this.exits.set(cause, before === undefined ? range : plus(before, range));
    this.say(`exits.${cause}`, from);
  }

  time(cause: ExitCause, microseconds: Range, from: string): void {
    this.exitMicroseconds.set(cause, microseconds);
    this.say(`exitMicroseconds.${cause}`, from);
  }

  say(path: string, from: string): void {
    const before = this.evidence.get(path);
    this.evidence.set(path, before === undefined ? from : `${before}; ${from}`);
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  get figures(): Pick<ProfileInput, 'perSecond' | 'exits' | 'exitMicroseconds' | 'evidence'> {
    return {
      perSecond: rounded(this.rates),
      ...(this.exits.size > 0 ? { exits: rounded(this.exits) } : {}),
      ...(this.exitMicroseconds.size > 0 ? { exitMicroseconds: rounded(this.exitMicroseconds) } : {}),
      evidence: Object.fromEntries(this.evidence),
    };
  }
}

export function plus(a: Range, b: Range): Range {
  return { low: a.low + b.low, high: a.high + b.high };
}

/** Texts that begin with a file, which is said once for each stretch of them. */
export function joined(texts: readonly string[]): string {
  const pathOf = (text: string): string => /^.*?: (?=[\d,.]+ )/.exec(text)?.[0] ?? '';
  return texts
    .map((text, at) => (at > 0 && pathOf(text) === pathOf(texts[at - 1]!) ? text.slice(pathOf(text).length) : text))
    .join('; ');
}

/** Six digits say more than was measured. */
function rounded(ranges: ReadonlyMap<string, Range>): Record<string, number | [number, number]> {
  const short = (value: number): number => Number(value.toPrecision(6));
  return Object.fromEntries(
    [...ranges].map(([name, { low, high }]) => [name, written({ low: short(low), high: short(high) })]),
  );
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
