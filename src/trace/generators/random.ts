/** xorshift128 (Marsaglia 2003), 32-bit outputs: small, and the same to the bit in any language. */
const MARSAGLIA = [123456789, 362436069, 521288629, 88675123] as const;

export class Xorshift128 {
  private x: number;
  private y: number;
  private z: number;
  private w: number;

  /** Without a seed: Marsaglia's own state. */
  constructor(seed?: number) {
    const mix = seed === undefined ? () => 0 : splitmix32(seed);
    [this.x, this.y, this.z, this.w] = [
      MARSAGLIA[0] ^ mix(),
      MARSAGLIA[1] ^ mix(),
      MARSAGLIA[2] ^ mix(),
      // The state must not be all zero.
      (MARSAGLIA[3] ^ mix()) | 1,
    ];
  }

  /** 0 to 2^32 - 1. */
  next32(): number {
    const t = this.x ^ (this.x << 11);
    this.x = this.y;
    this.y = this.z;
    this.z = this.w;
    this.w = this.w ^ (this.w >>> 19) ^ t ^ (t >>> 8);
    return this.w >>> 0;
  }

  /** In [0, 1), from two draws, 53 bits. */
  next53(): number {
    const high = this.next32() >>> 5;
    const low = this.next32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** A whole number from 0 to `size` - 1. */
  below(size: number): number {
    return Math.floor(this.next53() * size);
  }

  /** The same of a power of two, from one draw where one has bits enough. */
  belowPower(size: number): number {
    return size > 2 ** 32 ? this.below(size) : (this.next32() & (size - 1)) >>> 0;
  }
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
}
