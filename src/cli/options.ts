/** Options that several commands share, and how their values are read. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { unreadable } from '../errors.js';

/** A whole number within bounds; a trailing k, m or g multiplies by a thousand, million or billion. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const match = /^(\d+)([kmg]?)$/i.exec(text);
    const value = match === null ? NaN : Number(match[1]) * { '': 1, k: 1e3, m: 1e6, g: 1e9 }[match[2]!.toLowerCase()]!;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Allowed: a whole number from ${least} to ${most}.`);
    return value;
  };
}

/** A number, with decimals or without, that is not negative. */
export function decimal(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Allowed: a number, as 0.99.');
  return Number(text);
}

/** A part of all TLB sets: how many times as many there are. */
export function sampleOfSets(text: string): number {
  const oneIn = Number(/^sets=1\/(\d{1,5})$/.exec(text)?.[1]);
  if (!(oneIn >= 2)) throw new InvalidArgumentError('Allowed: sets=1/n, as sets=1/8, with n from 2 on.');
  return oneIn;
}

/** A comma-separated list, or several uses of the option. */
export function list(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',')];
}

export function nonEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Allowed: a text that is not empty.');
  return text;
}

/** Values of a repeatable option, as they stand. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
