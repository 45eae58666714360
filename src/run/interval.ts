/** Confidence intervals of totals that are known of some units of a finite population (Cochran, Sampling Techniques, 3rd ed., 2.7 and 2.8). */

/** Of Student's t by degrees of freedom, from 1 on: 97.5% lie below (Fisher and Yates, Statistical Tables, table III). */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const NORMAL = 1.959964;

/** 97.5% of Student's t with so many degrees of freedom lie below (Abramowitz and Stegun, 26.7.5, beyond the table). */
export function studentT(freedom: number): number {
  const exact = T[freedom - 1];
  if (exact !== undefined) return exact;
  const z = NORMAL;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

/** Half the 95% interval of a total. @param values of the units that were drawn, two or more @param units how many there are */
export function halfWidth(values: ArrayLike<number>, units: number): number {
  const drawn = values.length;
  let sum = 0;
  for (let at = 0; at < drawn; at++) sum += values[at]!;
  let squares = 0;
  for (let at = 0; at < drawn; at++) squares += (values[at]! - sum / drawn) ** 2;
  const variance = squares / (drawn - 1);
  return studentT(drawn - 1) * units * Math.sqrt((variance / drawn) * (1 - drawn / units));
}
