/** Physical memory of the reference model: 8-byte words by address, little endian; what was never written is 0. */
export class ReferenceMemory {
  readonly words = new Map<bigint, bigint>();

  /** An entry of 4 or 8 bytes at its own alignment. */
  read(address: bigint, bytes: 4 | 8): bigint {
    const word = this.words.get(address & ~7n) ?? 0n;
    if (bytes === 8) return word;
    return (address & 4n) === 0n ? word & 0xffff_ffffn : word >> 32n;
  }

  write(address: bigint, bytes: 4 | 8, value: bigint): void {
    const at = address & ~7n;
    if (bytes === 8) {
      this.words.set(at, value);
      return;
    }
    const word = this.words.get(at) ?? 0n;
    const kept = (address & 4n) === 0n ? word & ~0xffff_ffffn : word & 0xffff_ffffn;
    this.words.set(at, kept | ((address & 4n) === 0n ? value : value << 32n));
  }
}
