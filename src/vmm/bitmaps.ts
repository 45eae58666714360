/** Which ports, MSRs and fields exit, as the bitmaps of either vendor have it. Intel SDM vol. 3C, 25.6.4, 25.6.9, 25.6.15; AMD APM vol. 2, 15.10, 15.11. */
import { msrBit as svmMsrBit } from './svm-predicates.js';
import { msrBit as vmxMsrBit } from './vmx-predicates.js';

/** All, none, or those of a list. */
export type Listed = boolean | readonly number[];

const ALL_ONES = 0xff;

/** A bit for each port. */
export function portBitmap(ports: Listed, bytes: number): Uint8Array {
  return bitmap(ports, [], bytes, (port) => [port]);
}

/** 4 KiB, a bit for each field by its encoding: all exit but some. */
export function fieldBitmap(but: readonly number[]): Uint8Array {
  return bitmap(true, but, 4096, (field) => [field]);
}

/** 4 KiB: reads of the two ranges, then writes of them. */
export function vmxMsrBitmaps(msrs: Listed, but: readonly number[] = []): Uint8Array {
  return bitmap(msrs, but, 4096, (msr) => [vmxMsrBit(msr, false), vmxMsrBit(msr, true)]);
}

/** 8 KiB: two bits for each MSR, for reads and for writes. */
export function svmMsrPermissions(msrs: Listed, but: readonly number[] = []): Uint8Array {
  return bitmap(msrs, but, 8192, (msr) => [svmMsrBit(msr, false), svmMsrBit(msr, true)]);
}

/** @param bitsOf null for one that the bitmap has no bit for */
function bitmap(
  listed: Listed,
  but: readonly number[],
  bytes: number,
  bitsOf: (number: number) => readonly (number | null)[],
): Uint8Array {
  const bits = new Uint8Array(bytes).fill(listed === true ? ALL_ONES : 0);
  const positions = (numbers: readonly number[]): number[] =>
    numbers.flatMap(bitsOf).filter((bit): bit is number => bit !== null);
  for (const bit of positions(typeof listed === 'boolean' ? [] : listed)) bits[bit >> 3]! |= 1 << (bit & 7);
  for (const bit of positions(but)) bits[bit >> 3]! &= ~(1 << (bit & 7));
  return bits;
}
