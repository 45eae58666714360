/** Writes down what a generator makes happen: references and events, row by row. */
import { KIND, type EventBatch, type KindName } from '../event.js';
import { PageNumbering } from '../pages.js';
import { RowBuffer } from '../row-buffer.js';

type ReferenceKind = 'fetch' | 'read' | 'write';
type EventKind = Exclude<KindName, ReferenceKind>;

const HALF = 0x1_0000_0000n;

export class Script {
  readonly pages = new PageNumbering();
  /** Address space (process) that the next rows belong to. */
  space = 0;
  /** References that have been written down. */
  references = 0;
  private readonly rows = new RowBuffer();
  private batches: EventBatch[] = [];
  /** The run of data that may still grow; its page is -1 where there is none. */
  private runKind: 'read' | 'write' = 'read';
  private runPage = -1;
  private runCount = 0;

  /** Rows since the last batch was full or taken. */
  get length(): number {
    return this.rows.length;
  }

  /** @param count references that follow each other */
  reference(kind: ReferenceKind, page: number, count = 1): void {
    this.references += count;
    this.row(KIND[kind], this.pages.idOf(page), count);
  }

  /** References to data that belong to the run before them if that is of the same page, and not a write after reads. */
  data(kind: 'read' | 'write', page: number, count = 1): void {
    if (page !== this.runPage || (kind === 'write' && this.runKind === 'read')) {
      this.closeRun();
      this.runKind = kind;
      this.runPage = page;
    }
    this.runCount += count;
    this.references += count;
  }

  /** One reference to each of some pages. */
  touch(kind: ReferenceKind, first: number, pages: number): void {
    for (let page = first; page < first + pages; page++) this.reference(kind, page);
  }

  event(kind: EventKind, ...operands: readonly (number | bigint)[]): void {
    this.row(KIND[kind], 0, 0);
    for (const operand of operands) {
      if (typeof operand === 'number') this.rows.numberOperand(operand);
      else this.rows.operand(Number(operand % HALF), Number(operand / HALF));
    }
  }

  /** The batches that are full by now, and with `all` the one that is not. */
  take(all = false): EventBatch[] {
    if (all) this.closeRun();
    const { batches } = this;
    this.batches = [];
    return all ? [...batches, this.rows.take()] : batches;
  }

  private closeRun(): void {
    const { runPage, runCount } = this;
    this.runPage = -1;
    this.runCount = 0;
    if (runCount > 0) this.add(KIND[this.runKind], this.pages.idOf(runPage), runCount);
  }

  private row(kind: number, page: number, count: number): void {
    this.closeRun();
    this.add(kind, page, count);
  }

  private add(kind: number, page: number, count: number): void {
    if (this.rows.full) this.batches.push(this.rows.take());
    this.rows.row(kind, this.space, page, count);
  }
}
