/** Numbers as people write addresses. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** The 64 bits whose halves are given. */
export function bits64(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

export function hex64(low: number, high: number): string {
  return hex(bits64(low, high));
}

/** The halves of 64 bits, signed. */
export function halvesOf(value: string): [low: number, high: number] {
  const bits = BigInt(value);
  return [Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n))];
}
