/**
 * The CSV that `vmmu trace convert` writes: a line for each record, `kind,space,address,count,operands`. It has no header of a trace, so the
 * characteristics are those of a user trace, which has no records of page tables; or, where the pages of the filter are given, those of a
 * recording of a full system.
 */
import { TraceError } from '../../errors.js';
import { KIND, KIND_NAMES, LAST_REFERENCE, OPERANDS, type EventBatch, type KindName } from '../event.js';
import { shown, wholeLines } from '../lines.js';
import { PageNumbering } from '../pages.js';
import { RowBuffer } from '../row-buffer.js';
import { systemTrace } from '../system-trace.js';
import { PAGE_NUMBERS } from '../user-rows.js';
import { USER_TRACE } from '../user-trace.js';
import type { ImportOptions, TraceFormat } from './format.js';

const COLUMNS = 'kind,space,address,count,operands';
const ADDRESS = /^0x([0-9a-f]{1,16})$/;
const OF_TABLES: readonly number[] = [KIND.pageFault, KIND.tableSnapshot, KIND.tableWrite, KIND.cr3Write];
const HALF = 0x1_0000_0000n;

export const recordsCsv: TraceFormat = {
  description: `records as vmmu trace convert writes them: ${COLUMNS}; of full systems with --filter-sets`,
  suffix: '.csv',
  filtered: true,
  recognise: (head) => Buffer.from(head.subarray(0, COLUMNS.length)).toString('latin1') === COLUMNS,
  read(bytes, options) {
    const { name, source, notes, filterSets } = options;
    const reader = new Reader(options);
    const characteristics = filterSets === undefined ? USER_TRACE : systemTrace(filterSets);
    const header = { name, characteristics, source };
    return { header, pages: reader.pages, batches: () => reader.batches(bytes), notes };
  },
};

class Reader {
  readonly pages = new PageNumbering();
  private readonly rows = new RowBuffer();
  private line = 0;

  constructor(private readonly options: ImportOptions) {}

  async *batches(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<EventBatch, void, undefined> {
    for await (const chunk of wholeLines(bytes, this.options.path)) {
      const lines = Buffer.from(chunk).toString('latin1').split('\n');
      const rest = lines.pop()!;
      for (const line of lines) {
        if (this.line++ > 0) this.record(line);
        else if (line !== COLUMNS) this.fail(line, COLUMNS);
        if (this.rows.full) yield this.rows.take();
      }
      this.line++;
      if (rest !== '') this.fail(rest, 'the end of a line behind it');
      this.line--;
    }
    yield this.rows.take();
  }

  private record(line: string): void {
    const [name = '', space = '', address = '', count = '', operands, ...more] = line.split(',');
    const kind = KIND_NAMES.indexOf(name as KindName);
    if (kind < 0 || operands === undefined || more.length > 0)
      return this.fail(line, 'a kind of record, and five columns');
    const ofUser = this.options.filterSets === undefined;
    if (ofUser && OF_TABLES.includes(kind))
      this.fail(name, 'records of user traces; of a recording of a full system --filter-sets, the pages of its filter');
    const reference = kind <= LAST_REFERENCE;
    // Of a recording, the count is that of the references since the row before, whatever the row.
    const times = this.number(count, ofUser && reference ? 1 : 0, reference || !ofUser ? 0xffff_ffff : 0);
    this.rows.row(kind, this.number(space, 0, 0xffff), reference ? this.pages.idOf(this.pageOf(address)) : 0, times);
    const values = operands === '' ? [] : operands.split(' ');
    const names: readonly string[] = OPERANDS[name as KindName];
    const fewest = names.filter((operand) => !operand.endsWith('?')).length;
    if (values.length < fewest || values.length > names.length) this.fail(operands, `the operands ${names.join(' ')}`);
    for (const value of values) {
      const wide = /^\d{1,20}$/.test(value) ? BigInt(value) : this.fail(value, 'a number below 2^64');
      if (wide >= HALF * HALF) this.fail(value, 'a number below 2^64');
      this.rows.operand(Number(wide % HALF), Number(wide / HALF));
    }
  }

  private pageOf(address: string): number {
    const digits = ADDRESS.exec(address)?.[1];
    const page = digits === undefined ? NaN : Number.parseInt(digits.slice(0, -3) || '0', 16);
    return page < PAGE_NUMBERS ? page : this.fail(address, 'a hexadecimal address with 0x');
  }

  private number(text: string, least: number, most: number): number {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : this.fail(text, `a number from ${least} to ${most}`);
  }

  private fail(found: string, expected: string): never {
    throw new TraceError(`${this.options.path}: line ${this.line}: found '${shown(found)}'; expected ${expected}`);
  }
}
