/**
 * An order of the numbers from 0 to size - 1 that looks random and needs no table: a Feistel network of four rounds over the next even
 * power of two, repeated until the number is below `size` again (Black & Rogaway 2002, "cycle walking").
 */
import type { Xorshift128 } from './random.js';

const ROUNDS = 4;

export class Permutation {
  /** Numbers of half the bits: 1 to 2^26. */
  private readonly half: number;
  private readonly keys: Uint32Array;

  constructor(
    readonly size: number,
    random: Xorshift128,
  ) {
    this.half = 2 ** Math.ceil(Math.log2(size) / 2);
    this.keys = Uint32Array.from({ length: ROUNDS }, () => random.next32());
  }

  /** The number at a place of the order. */
  at(place: number): number {
    let number = place;
    do number = this.rounds(number);
    while (number >= this.size);
    return number;
  }

  private rounds(number: number): number {
    const { half } = this;
    let left = Math.floor(number / half);
    let right = number % half;
    for (const key of this.keys) {
      const next = left ^ (mixed(right ^ key) & (half - 1));
      left = right;
      right = next;
    }
    return left * half + right;
  }
}

function mixed(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
