/** Axes of a chart: where values stand, and which of them are written. */
import { round } from './svg.js';

export interface Axis {
  readonly title: string;
  /** Place of a value between 0 and 1. */
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** From 0 to a round number that is not below `most`. */
export function linearAxis(title: string, most: number): Axis {
  const step = roundStep(Math.max(most, 1) / 5);
  const steps = Math.max(1, Math.ceil(most / step));
  const ticks = Array.from({ length: steps + 1 }, (_, at) => ({ value: at * step, label: short(at * step) }));
  return { title, at: (value) => value / (steps * step), ticks };
}

/** From one power of a base to another; what is below the first stands at its place. */
export function logAxis(title: string, base: 2 | 10, least: number, most: number): Axis {
  const log = (value: number): number => Math.log(value) / Math.log(base);
  const from = Math.floor(log(least) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(log(most) - 1e-9));
  const powers = Array.from({ length: to - from + 1 }, (_, at) => base ** (from + at));
  const every = Math.ceil(powers.length / 16);
  return {
    title,
    at: (value) => Math.max(0, (log(value) - from) / (to - from)),
    ticks: powers.filter((_, at) => at % every === 0).map((value) => ({ value, label: short(value) })),
  };
}

/** One, two or five times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9))!;
}

/** 65536 → 65,536; 262144 → 262.1 k; 0.001 → 0.001. */
export function short(value: number): string {
  for (const [unit, name] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e5, 'k'],
  ] as const)
    if (value >= unit) return `${round(value / (name === 'k' ? 1e3 : unit), 1)} ${name}`;
  return value >= 1 ? round(value, 2).toLocaleString('en-US') : String(Number(value.toPrecision(1)));
}
