/**
 * Merges references into runs, as a trace has them: one open run of fetches and one of data, in the order in which they start; an event closes
 * both. A write begins a new run where the open one began with a read.
 */
import { KIND, type EventBatch, type KindName } from './event.js';
import { PageNumbering } from './pages.js';
import { RowBuffer } from './row-buffer.js';

const NONE = -1;
const HALF = 0x1_0000_0000n;

export class Runs {
  readonly pages = new PageNumbering();
  /** Address space (process) that the next rows belong to. */
  space = 0;
  private readonly rows = new RowBuffer();
  private fetchPage = NONE;
  private fetchRow = 0;
  private dataPage = NONE;
  private dataRow = 0;
  private writing = false;

  /** @param begun told of each page at which a run begins, before its row is there */
  constructor(private readonly begun: (page: number, id: number) => void = () => undefined) {}

  /** Batches must be taken while this holds, before more is added. */
  get full(): boolean {
    return this.rows.full;
  }

  /** @param page virtual page number @param count references that follow each other */
  fetch(page: number, count = 1): void {
    if (page === this.fetchPage && this.rows.extend(this.fetchRow, count)) return;
    this.fetchRow = this.begin(KIND.fetch, page, count);
    this.fetchPage = page;
  }

  read(page: number, count = 1): void {
    if (page === this.dataPage && this.rows.extend(this.dataRow, count)) return;
    this.dataRow = this.begin(KIND.read, page, count);
    this.dataPage = page;
    this.writing = false;
  }

  write(page: number, count = 1): void {
    if (this.writing && page === this.dataPage && this.rows.extend(this.dataRow, count)) return;
    this.dataRow = this.begin(KIND.write, page, count);
    this.dataPage = page;
    this.writing = true;
  }

  event(kind: KindName, ...operands: readonly (number | bigint)[]): void {
    this.close();
    this.rows.row(KIND[kind], this.space, 0, 0);
    for (const operand of operands) {
      if (typeof operand === 'number') this.rows.numberOperand(operand);
      else this.rows.operand(Number(operand % HALF), Number(operand / HALF));
    }
  }

  /** What was added since; runs go on in rows of their own. */
  take(): EventBatch {
    this.close();
    return this.rows.take();
  }

  private begin(kind: number, page: number, count: number): number {
    const id = this.pages.idOf(page);
    this.begun(page, id);
    this.rows.row(kind, this.space, id, count);
    return this.rows.length - 1;
  }

  private close(): void {
    this.fetchPage = NONE;
    this.dataPage = NONE;
  }
}
