/** Which ports and MSRs exit, as the bitmaps of either vendor have it. Intel SDM vol. 3C, 25.6.4 and 25.6.9; AMD APM vol. 2, 15.10 and 15.11. */

/** All, none, or those of a list. */
export type Listed = boolean | readonly number[];

const ALL_ONES = 0xff;
/** First MSRs of the ranges of each vendor's bitmaps; MSRs outside of them always exit. */
const VMX_RANGES = [0, 0xc000_0000];
const SVM_RANGES = [0, 0xc000_0000, 0xc001_0000];
const RANGE = 0x2000;

/** A bit for each port. */
export function portBitmap(ports: Listed, bytes: number): Uint8Array {
  return bitmap(ports, bytes, (port) => [port]);
}

/** 4 KiB: reads of the two ranges, then writes of them. */
export function vmxMsrBitmaps(msrs: Listed): Uint8Array {
  return bitmap(msrs, 4096, (msr) => {
    const bit = bitIn(VMX_RANGES, msr, 1);
    return bit === null ? [] : [bit, VMX_RANGES.length * RANGE + bit];
  });
}

/** 8 KiB: two bits for each MSR, for reads and for writes. */
export function svmMsrPermissions(msrs: Listed): Uint8Array {
  return bitmap(msrs, 8192, (msr) => {
    const bit = bitIn(SVM_RANGES, msr, 2);
    return bit === null ? [] : [bit, bit + 1];
  });
}

function bitIn(ranges: readonly number[], msr: number, bitsEach: number): number | null {
  const range = ranges.findIndex((first) => msr >= first && msr < first + RANGE);
  return range < 0 ? null : bitsEach * (range * RANGE + msr - ranges[range]!);
}

function bitmap(listed: Listed, bytes: number, bitsOf: (number: number) => readonly number[]): Uint8Array {
  const bits = new Uint8Array(bytes);
  if (typeof listed === 'boolean') return bits.fill(listed ? ALL_ONES : 0);
  for (const bit of listed.flatMap(bitsOf)) bits[bit >> 3]! |= 1 << (bit & 7);
  return bits;
}
