/** Confidence intervals of totals that are known of some units of a finite population (Cochran, Sampling Techniques, 3rd ed., 2.7 and 2.8). */
import type { CounterName } from '../counters/counters.js';

/** Of Student's t by degrees of freedom, from 1 on: 99.5% lie below (Fisher and Yates, Statistical Tables, table III). */
const T = [63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169];
const NORMAL = 2.575829;

/** 99.5% of Student's t with so many degrees of freedom lie below (Abramowitz and Stegun, 26.7.5, beyond the table). */
export function studentT(freedom: number): number {
  const exact = T[freedom - 1];
  if (exact !== undefined) return exact;
  const z = NORMAL;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

/** Counters that are estimated, by what each drawn unit has counted. */
export type UnitValues = Partial<Record<CounterName, Float64Array>>;

/** Half the interval of each total. @param units how many there are */
export function halfWidths(values: UnitValues, units: number): Partial<Record<CounterName, number>> {
  const walks = sum(values.walks ?? []);
  const halves = Object.entries(values).map(([name, counts]) => {
    const each = name.endsWith('Refs') && walks > 0 ? sum(counts) / walks : 1;
    return [name, halfWidth(counts, units, Math.max(1, each))] as const;
  });
  return Object.fromEntries(halves);
}

/**
 * Half the interval of a total. Sets are few and unlike each other: an interval of 95% by Student's t covers far less often than that. One of 99%,
 * whose counts vary at least as those of random events do, covers 85 times in 100 on the shipped traces: docs/sampling.md.
 * @param values of the units that were drawn, two or more @param units how many there are @param each what one event counts for
 */
export function halfWidth(values: Float64Array, units: number, each = 1): number {
  const drawn = values.length;
  const mean = sum(values) / drawn;
  const spread = values.reduce((squares, value) => squares + (value - mean) ** 2, 0) / (drawn - 1);
  const variance = Math.max(spread, each * Math.abs(mean) + each ** 2);
  return studentT(drawn - 1) * units * Math.sqrt((variance / drawn) * (1 - drawn / units));
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
