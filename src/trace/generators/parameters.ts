/** What can be chosen of a generated trace, and the complaint about a value out of range. */
import { UsageError } from '../../errors.js';

export interface Parameter {
  /** One line for help texts. */
  readonly meaning: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
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
    requireWhole(name, value, parameter.least, parameter.most);
    return [name, value];
  });
  return Object.fromEntries(values) as Values<P>;
}

export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`${name}: found ${value}; expected a whole number from ${least} to ${most}`);
  }
}
