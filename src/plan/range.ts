/** Numbers that are known between two ends. */
import { z } from 'zod';

export interface Range {
  readonly low: number;
  readonly high: number;
}

export function exactly(value: number): Range {
  return { low: value, high: value };
}

export function isExact({ low, high }: Range): boolean {
  return low === high;
}

/** By a factor that is not negative. */
export function times({ low, high }: Range, factor: number): Range {
  return { low: low * factor, high: high * factor };
}

/** A number or `[least, most]`, within bounds. */
export function rangeSchema(most: number, least = 0) {
  const number = z.number().min(least).max(most);
  return z
    .union([number, z.tuple([number, number])], {
      error: `expected a number from ${least} to ${most}, or two as [least, most]`,
    })
    .transform((value) => (typeof value === 'number' ? exactly(value) : { low: value[0], high: value[1] }))
    .refine(({ low, high }) => low <= high, { error: 'expected [least, most], in this order' });
}

/** As rangeSchema reads it. */
export function written({ low, high }: Range): number | [number, number] {
  return low === high ? low : [low, high];
}
