/** Addresses that a processor of 48 bits takes: the upper bits are copies of bit 47. For recognising formats; rows take those of 57 bits. */
export function isCanonical(address: bigint): boolean {
  return BigInt.asUintN(64, BigInt.asIntN(48, address)) === address;
}
