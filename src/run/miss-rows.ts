/** The rows of a trace that each of many TLBs misses, and its events: all that walk caches and nested TLBs below them get to see. */
import { LAST_REFERENCE, type EventBatch } from '../trace/event.js';
import { Diverged } from '../mmu/many/diverged.js';
import type { BatchListener } from './many.js';

/** Memory for rows, in bytes: beyond it the cells are replayed one by one. */
const MOST_BYTES = 2 ** 30;

export class MissRows implements BatchListener {
  /** Of each batch: events, and what all TLBs miss. */
  private readonly common: Uint32Array[] = [];
  /** By TLB, of each batch: what only some miss; null: nobody asks. */
  private readonly own: (Uint32Array[] | null)[];
  private marks = new Uint8Array(0);
  private readonly buffers: Uint32Array[];
  private readonly lengths: Int32Array;
  private bytes = 0;

  /** @param asked by TLB: whether its rows are kept */
  constructor(private readonly asked: readonly boolean[]) {
    this.own = asked.map((wanted) => (wanted ? [] : null));
    this.buffers = asked.map(() => new Uint32Array(0));
    this.lengths = new Int32Array(asked.length);
  }

  begin(batch: EventBatch): void {
    if (this.marks.length < batch.length) this.marks = new Uint8Array(batch.length);
    this.marks.fill(0);
    this.lengths.fill(0);
  }

  missed(row: number, tlbs: Int32Array | null, count: number): void {
    if (tlbs === null) {
      this.marks[row] = 1;
      return;
    }
    for (let one = 0; one < count; one++) {
      const tlb = tlbs[one]!;
      if (!this.asked[tlb]) continue;
      const length = this.lengths[tlb]!;
      if (length === this.buffers[tlb]!.length) this.grow(tlb);
      this.buffers[tlb]![length] = row;
      this.lengths[tlb] = length + 1;
    }
  }

  ended(batch: EventBatch): void {
    const common = this.commonRows(batch);
    this.common.push(common);
    this.bytes += common.byteLength;
    for (const [tlb, own] of this.own.entries()) {
      if (own === null) continue;
      const rows = this.buffers[tlb]!.slice(0, this.lengths[tlb]);
      own.push(rows);
      this.bytes += rows.byteLength;
    }
    if (this.bytes > MOST_BYTES) throw new Diverged('so many references miss that their rows have no room');
  }

  /** By batch: rows that a TLB misses, and events, in order; none where nobody has asked. */
  of(tlb: number): Uint32Array[] {
    return (this.own[tlb] ?? []).map((own, batch) => merged(this.common[batch]!, own));
  }

  private commonRows({ kind, length }: EventBatch): Uint32Array {
    const { marks } = this;
    let count = 0;
    for (let row = 0; row < length; row++) if (kind[row]! > LAST_REFERENCE) marks[row] = 1;
    for (let row = 0; row < length; row++) count += marks[row]!;
    const rows = new Uint32Array(count);
    for (let row = 0, at = 0; at < count; row++) if (marks[row] === 1) rows[at++] = row;
    return rows;
  }

  private grow(tlb: number): void {
    const longer = new Uint32Array(Math.max(256, 2 * this.buffers[tlb]!.length));
    longer.set(this.buffers[tlb]!);
    this.buffers[tlb] = longer;
  }
}

function merged(one: Uint32Array, other: Uint32Array): Uint32Array {
  const rows = new Uint32Array(one.length + other.length);
  for (let at = 0, a = 0, b = 0; at < rows.length; at++)
    rows[at] = b === other.length || (a < one.length && one[a]! < other[b]!) ? one[a++]! : other[b++]!;
  return rows;
}
