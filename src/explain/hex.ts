/** Numbers as people write addresses. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** The 64 bits whose halves are given. */
export function hex64(low: number, high: number): string {
  return hex((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}
