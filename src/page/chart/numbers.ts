/** Numbers as a reader of charts wants them. */
import { whole } from '../../report/number-text.js';

/** All digits of counts, four of what is measured. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return whole(value);
  return String(Number(value.toPrecision(4)));
}
