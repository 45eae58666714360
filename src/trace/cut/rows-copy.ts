/** Copies rows of a trace into new batches, with page ids in the order of their first use there. */
import { LAST_REFERENCE, operandCount, type EventBatch, type PageDictionary } from '../event.js';
import { PageNumbering } from '../pages.js';
import { RowBuffer } from '../row-buffer.js';

const NONE = -1;

export class RowsCopy {
  readonly pages = new PageNumbering();
  readonly rows = new RowBuffer();
  private newIds = new Int32Array(0);

  constructor(private readonly from: PageDictionary) {}

  /** Adds a row. @param count references that it stands for, if others than there */
  copy(batch: EventBatch, row: number, count = batch.count[row]!): void {
    const kind = batch.kind[row]!;
    const page = kind <= LAST_REFERENCE ? this.idOf(batch.page[row]!) : 0;
    this.rows.row(kind, batch.space[row]!, page, count);
    const end = 2 * (batch.operandStart[row]! + operandCount(batch, row));
    for (let at = 2 * batch.operandStart[row]!; at < end; at += 2)
      this.rows.operand(batch.operands[at]!, batch.operands[at + 1]!);
  }

  /** Adds an event with operands below 2^53. */
  event(kind: number, space: number, ...operands: readonly number[]): void {
    this.rows.row(kind, space, 0, 0);
    for (const value of operands) this.rows.numberOperand(value);
  }

  private idOf(page: number): number {
    if (page >= this.newIds.length) {
      const larger = new Int32Array(2 * this.from.size).fill(NONE);
      larger.set(this.newIds);
      this.newIds = larger;
    }
    const id = this.newIds[page]!;
    return id === NONE ? (this.newIds[page] = this.pages.idOf(this.from.vpn[page]!)) : id;
  }
}
