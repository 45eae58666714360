/**
 * Reads a flatbuffers table with every access checked against the buffer.
 *
 * Arrow describes its messages in flatbuffers. The accessors that apache-arrow uses return 0 beyond the end of the buffer and believe
 * any vector length: one flipped bit made tableFromIPC fill a heap of 2 GB. Here a DataView throws a RangeError instead.
 */
export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Position of a field in the buffer; 0 where the field is absent and has its default. */
  private field(index: number): number {
    const vtable = this.at - this.view.getInt32(this.at, true);
    const slot = 4 + 2 * index;
    if (slot >= this.view.getUint16(vtable, true)) return 0;
    const offset = this.view.getUint16(vtable + slot, true);
    return offset === 0 ? 0 : this.at + offset;
  }

  byte(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  int32(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getInt32(at, true);
  }

  int64(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.int64At(at);
  }

  table(index: number): FlatTable | null {
    const at = this.field(index);
    return at === 0 ? null : new FlatTable(this.view, at + this.view.getUint32(at, true));
  }

  text(index: number): string {
    const { at, length } = this.vector(index, 1);
    return Buffer.from(this.view.buffer, this.view.byteOffset + at, length).toString('utf8');
  }

  tables(index: number): FlatTable[] {
    const { at, length } = this.vector(index, 4);
    return Array.from({ length }, (_, i) => {
      const slot = at + 4 * i;
      return new FlatTable(this.view, slot + this.view.getUint32(slot, true));
    });
  }

  /** A vector of structures of two 64-bit numbers each. */
  pairs(index: number): [number, number][] {
    const { at, length } = this.vector(index, 16);
    return Array.from({ length }, (_, i) => [this.int64At(at + 16 * i), this.int64At(at + 16 * i + 8)]);
  }

  private int64At(at: number): number {
    return this.view.getUint32(at, true) + this.view.getInt32(at + 4, true) * 0x1_0000_0000;
  }

  private vector(index: number, stride: number): { at: number; length: number } {
    const field = this.field(index);
    if (field === 0) return { at: 0, length: 0 };
    const start = field + this.view.getUint32(field, true);
    const length = this.view.getUint32(start, true);
    if (length * stride > this.view.byteLength - start - 4) throw new RangeError('vector beyond the buffer');
    return { at: start + 4, length };
  }
}
