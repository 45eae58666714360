/** Numbers of a plan as people read them. */
import { decimal, whole } from '../report/number-text.js';
import type { Span } from './inputs.js';

/** Shares, in percent. */
export function percents({ low, likely, high }: Span): { likely: string; range: string } {
  return { likely: decimal(100 * likely, 1), range: `${decimal(100 * low, 1)} – ${decimal(100 * high, 1)}` };
}

export function counts({ low, high }: Span): string {
  return whole(low) === whole(high) ? whole(low) : `${whole(low)} – ${whole(high)}`;
}

/** With as many digits as tell something. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return whole(value);
  return size >= 0.1 ? decimal(value, size >= 10 ? 1 : 2) : String(Number(value.toPrecision(2)));
}
