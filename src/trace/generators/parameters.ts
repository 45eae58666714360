/** What can be chosen of a generated trace, and the complaint about a value out of range. */
import { UsageError } from '../../errors.js';

export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`${name}: found ${value}; expected a whole number from ${least} to ${most}`);
  }
}
