/** What can be chosen of a generated trace, and the complaint about a value out of range. */
import { UsageError } from '../../errors.js';

export interface Parameter {
  /** One line for help texts. */
  readonly meaning: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** Any number between the bounds, as 0.99; else a whole one. */
  readonly fractional?: true;
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type Values<P extends Parameters> = Readonly<Record<keyof P, number>>;

/** Off unless asked for: 0 or 1. */
export function flag(meaning: string): Parameter {
  return { meaning, default: 0, least: 0, most: 1 };
}

export function isFlag({ least, most }: Parameter): boolean {
  return least === 0 && most === 1;
}

/** Pages of 4 KiB that a program works on: at most 1 GiB. */
export function pages(meaning: string, number: number): Parameter {
  return { meaning, default: number, least: 1, most: 2 ** 18 };
}

/** The value of each parameter: what is given, else its default. */
export function valuesOf<P extends Parameters>(
  parameters: P,
  given: Readonly<Record<string, number | undefined>>,
): Values<P> {
  const names = Object.keys(parameters);
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger !== undefined) throw new UsageError(`unknown parameter '${stranger}'; allowed: ${names.join(', ')}`);
  const values = Object.entries(parameters).map(([name, parameter]) => {
    const value = given[name] ?? parameter.default;
    requireValue(name, value, parameter);
    return [name, value];
  });
  return Object.fromEntries(values) as Values<P>;
}

function requireValue(name: string, value: number, { least, most, fractional }: Parameter): void {
  if (fractional !== true) requireWhole(name, value, least, most);
  else if (!(value >= least && value <= most))
    throw new UsageError(`${name}: found ${value}; expected a number from ${least} to ${most}`);
}

export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`${name}: found ${value}; expected a whole number from ${least} to ${most}`);
  }
}

export function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}
