/** References that are put aside, to go through TLBs together. */
import type { EventBatch } from '../../trace/event.js';

const CAPACITY = 4096;

export class RowList implements EventBatch {
  length = 0;
  readonly kind = new Uint8Array(CAPACITY);
  readonly space = new Uint16Array(CAPACITY);
  readonly page = new Uint32Array(CAPACITY);
  readonly count = new Uint32Array(CAPACITY);
  readonly operandStart = new Uint32Array(CAPACITY + 1);
  /** The first of each row is kept: where the trace says that it went. */
  readonly operands = new Uint32Array(2 * CAPACITY);

  get full(): boolean {
    return this.length === CAPACITY;
  }

  add({ kind, page, count, operandStart, operands }: EventBatch, row: number): void {
    const at = this.length++;
    this.kind[at] = kind[row]!;
    this.page[at] = page[row]!;
    this.count[at] = count[row]!;
    let next = this.operandStart[at]!;
    const first = operandStart[row]!;
    if (operandStart[row + 1] !== first) {
      this.operands[2 * next] = operands[2 * first]!;
      this.operands[2 * next + 1] = operands[2 * first + 1]!;
      next++;
    }
    this.operandStart[at + 1] = next;
  }

  clear(): void {
    this.length = 0;
  }
}
