/** The fields of a protocol-buffers message, one by one. */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const TWO_32 = 0x1_0000_0000;

export class Fields {
  number = 0;
  wire = 0;
  /** The value of a number, or the length of bytes: two halves. */
  low = 0;
  high = 0;
  /** Of bytes. */
  start = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;

  /** @param fail is told what is wrong with a message */
  constructor(private readonly fail: (found: string) => never) {}

  open(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get value(): number {
    return this.high * TWO_32 + this.low;
  }

  /** The value as an address. */
  get page(): number {
    return this.high * 0x10_0000 + (this.low >>> 12);
  }

  get offset(): number {
    return this.low & 0xfff;
  }

  /** Goes to the next field. @returns whether there is one */
  next(): boolean {
    if (this.at === this.end) return false;
    this.varint();
    this.wire = this.low & 7;
    this.number = this.value > 0xffff_ffff ? 0 : this.low >>> 3;
    if (this.number === 0) this.fail('a field without a number');
    switch (this.wire) {
      case VARINT:
        this.varint();
        return true;
      case FIXED64:
        this.fixed(8);
        return true;
      case FIXED32:
        this.fixed(4);
        return true;
      case BYTES:
        this.varint();
        this.start = this.at;
        this.take(this.value);
        return true;
    }
    return this.fail(`a field of type ${this.wire}`);
  }

  private varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (this.at >= this.end) this.fail('a number that goes on behind its message');
      if (shift > 63) this.fail('a number of more than 10 bytes');
      const byte = this.bytes[this.at++]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) break;
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  private fixed(length: number): void {
    const { bytes, at } = this;
    this.take(length);
    const word = (from: number): number =>
      (bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24)) >>> 0;
    this.low = word(at);
    this.high = length === 8 ? word(at + 4) : 0;
  }

  private take(length: number): void {
    if (length > this.end - this.at) this.fail(`a field of ${length} bytes, of which ${this.end - this.at} are there`);
    this.at += length;
  }
}
