/** Axes: where values stand, and which of them are written. */
import type { Scale } from './figure.js';
import { round } from './svg.js';

export interface Axis {
  readonly title: string;
  /** Place of a value between 0 and 1. */
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** Ticks are names: each is written, and none has a line of the grid. */
  readonly named: boolean;
}

/** @param values all that has to find a place; on a logarithmic scale what is not above 0 has none */
export function axisOf(scale: Scale, values: readonly number[], ticks: number): Axis {
  if (scale.scale === 'linear') return linearAxis(scale, values, ticks);
  return logAxis(
    scale,
    values.filter((value) => value > 0),
    ticks,
  );
}

/** Names as the places of an axis. */
export function namedAxis(title: string, names: readonly string[], fromTop = false): Axis {
  const at = (value: number): number => (value + 0.5) / names.length;
  return {
    title,
    at: fromTop ? (value) => 1 - at(value) : at,
    ticks: names.map((label, value) => ({ value, label })),
    named: true,
  };
}

/** Between round numbers. */
function linearAxis({ title, from, to }: Scale, values: readonly number[], ticks: number): Axis {
  const least = from ?? Math.min(0, ...values);
  const most = to ?? Math.max(0, ...values);
  const step = roundStep((most - least || 1) / ticks);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  return {
    title,
    at: (value) => (value / step - first) / (last - first),
    ticks: Array.from({ length: last - first + 1 }, (_, at) => tick(round((first + at) * step, 10))),
    named: false,
  };
}

/** Between powers of the base, or 1, 2 and 5 times a power of ten where few decades are shown. */
function logAxis({ title, scale, from, to }: Scale, values: readonly number[], ticks: number): Axis {
  const base = scale === 'log2' ? 2 : 10;
  const log = (value: number): number => Math.log(value) / Math.log(base);
  const least = from ?? Math.min(...values, 1e300);
  const most = to ?? Math.max(...values, 1e-300);
  const marks = marksBetween(base, least === 1e300 ? 1 : least, most === 1e-300 ? base : most, ticks);
  const [first, last] = [log(marks[0]!), log(marks.at(-1)!)];
  return { title, at: (value) => (log(value) - first) / (last - first), ticks: marks.map(tick), named: false };
}

/** Ascending, the first not above `least`, the last not below `most`. */
function marksBetween(base: number, least: number, most: number, ticks: number): number[] {
  const power = (value: number): number => Math.log(value) / Math.log(base);
  const low = Math.floor(power(least) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(power(most) - 1e-9));
  if (base === 10 && high - low <= 2) {
    const all = [low, low + 1, low + 2].flatMap((at) => [1, 2, 5].map((digit) => digit * 10 ** at));
    const first = all.findLastIndex((mark) => mark <= least * (1 + 1e-9));
    const last = all.findIndex((mark) => mark >= most * (1 - 1e-9));
    return all.slice(first, Math.max(last, first + 1) + 1);
  }
  const every = Math.ceil((high - low) / ticks);
  const end = low + Math.ceil((high - low) / every) * every;
  return Array.from({ length: (end - low) / every + 1 }, (_, at) => base ** (low + at * every));
}

/** One, two or five times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9))!;
}

function tick(value: number): { value: number; label: string } {
  return { value, label: short(value) };
}

/** 65536 → 65,536; 262144 → 262.1 k; 0.001 → 0.001. */
export function short(value: number): string {
  const size = Math.abs(value);
  for (const [unit, name] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e5, 'k'],
  ] as const)
    if (size >= unit) return `${round(value / (name === 'k' ? 1e3 : unit), 1)} ${name}`;
  return size >= 1 || size === 0 ? round(value, 2).toLocaleString('en-US') : String(Number(value.toPrecision(2)));
}
