/** Collects rows one by one and hands them out as batches. */
import type { EventBatch } from './event.js';

/** Rows at which a batch is full. */
const BATCH_ROWS = 65_536;

/** A full buffer still takes a few rows, so that what is added together need not be divided; for more it grows. */
const CAPACITY = BATCH_ROWS + 16;

const LONGEST_RUN = 0xffff_ffff;

export class RowBuffer {
  length = 0;
  private kind = new Uint8Array(CAPACITY);
  private space = new Uint16Array(CAPACITY);
  private page = new Uint32Array(CAPACITY);
  private count = new Uint32Array(CAPACITY);
  private operandStart = new Uint32Array(CAPACITY + 1);
  private operands = new Uint32Array(64);
  private operandCount = 0;

  get full(): boolean {
    return this.length >= BATCH_ROWS;
  }

  /** Adds a row; its operands follow by `operand`. */
  row(kind: number, space: number, page: number, count: number): void {
    const at = this.length++;
    if (at === this.kind.length) this.grow();
    this.kind[at] = kind;
    this.space[at] = space;
    this.page[at] = page;
    this.count[at] = count;
    this.operandStart[at + 1] = this.operandCount;
  }

  private grow(): void {
    const rows = 2 * this.length;
    this.kind = enlarged(this.kind, new Uint8Array(rows));
    this.space = enlarged(this.space, new Uint16Array(rows));
    this.page = enlarged(this.page, new Uint32Array(rows));
    this.count = enlarged(this.count, new Uint32Array(rows));
    this.operandStart = enlarged(this.operandStart, new Uint32Array(rows + 1));
  }

  /** More references in a row that has not been handed out. @returns whether it had room for them */
  extend(row: number, more: number): boolean {
    const count = this.count[row]! + more;
    if (count > LONGEST_RUN) return false;
    this.count[row] = count;
    return true;
  }

  /** Adds an operand, given as two halves of 32 bits, to the last row. */
  operand(low: number, high: number): void {
    const at = 2 * this.operandCount++;
    if (at === this.operands.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.operands);
      this.operands = larger;
    }
    this.operands[at] = low;
    this.operands[at + 1] = high;
    this.operandStart[this.length] = this.operandCount;
  }

  /** Adds an operand below 2^53 to the last row. */
  numberOperand(value: number): void {
    this.operand(value >>> 0, Math.floor(value / 0x1_0000_0000));
  }

  /** Hands out what was collected and starts anew, in new memory: batches are never overwritten. */
  take(): EventBatch {
    const { length, kind, space, page, count, operandStart } = this;
    const operands = this.operands.subarray(0, 2 * this.operandCount);
    this.length = 0;
    this.operandCount = 0;
    this.kind = new Uint8Array(CAPACITY);
    this.space = new Uint16Array(CAPACITY);
    this.page = new Uint32Array(CAPACITY);
    this.count = new Uint32Array(CAPACITY);
    this.operandStart = new Uint32Array(CAPACITY + 1);
    this.operands = new Uint32Array(Math.max(64, operands.length));
    return { length, kind, space, page, count, operandStart, operands };
  }
}

function enlarged<T extends Uint8Array | Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
