/**
 * What drmemtrace's tool `view` prints: `record instruction: W0.T123 ifetch 3 byte(s) @ 0x401000 …`. W is taken for the process. Lines that do not
 * begin so are not of its records, and left out.
 */
import { DataReferences } from '../data-references.js';
import { RecordedCalls, SYSTEM_CALLS } from '../drmemtrace/recorded-calls.js';
import { KIND } from '../event.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace, type LineReader } from '../line-trace.js';
import { headLines } from '../recognise-text.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const RECORD = /^\s*\d+\s+\d+:\s+(W\d+\.)?T\d+\s/;
const EXPECTED = "a record as '9 2: W0.T123 read 8 byte(s) @ 0x7fff0010' or '<marker: …>'";
const FLUSHES = new Set(['iflush', 'dflush']);
/** What the records end with, before what the tool has counted. */
const NO_RECORD = /^(\s*|-+|Output format:|<-*record#.*|View tool results:|\s+\d+ : .*)$/;
const FUNCTION =
  /<marker: function(?:==syscall #(?<number>\d+)| #(?<id>\d+)| argument (?<argument>0x[0-9a-f]+)| return value (?<result>0x[0-9a-f]+))>/;
const BRACKET = 60;
const DOT = 46;
const T = 84;
const W = 87;
const COLON = 58;

export const drmemtraceView: TraceFormat = {
  description: 'text of the view tool of drmemtrace',
  suffix: '.view',
  recognise: (head) => headLines(head).some((line) => RECORD.test(line)),
  read: (bytes, options) => lineTrace(bytes, options, (line, rows) => new Reader(line, rows)),
};

class Reader implements LineReader {
  private readonly data: DataReferences;
  private readonly calls: RecordedCalls;
  private records = 0;

  constructor(
    private readonly scanner: LineScanner,
    private readonly rows: UserRows,
  ) {
    this.data = new DataReferences(rows);
    this.calls = new RecordedCalls(rows);
  }

  line(): void {
    const { scanner, rows } = this;
    scanner.blanks();
    if (scanner.decimal() < 0 || !scanner.blanks() || scanner.decimal() < 0 || !scanner.take(COLON)) {
      if (!NO_RECORD.test(scanner.text)) rows.notes.drop('lines that are no records');
      return;
    }
    scanner.blanks();
    const process = scanner.take(W) ? scanner.decimal() : 0;
    if (scanner.peek() === DOT) scanner.skip();
    if (process < 0 || !scanner.take(T)) scanner.fail(EXPECTED);
    const thread = scanner.decimal();
    if (thread < 0 || !scanner.blanks()) scanner.fail(EXPECTED);
    this.records++;
    if (scanner.peek() === BRACKET) return this.marker(process, thread);
    const kind = scanner.takeLetters();
    scanner.blanks();
    const size = scanner.decimal();
    if (size < 0 || size > MOST_BYTES || !scanner.takeWord(' byte(s) @ 0x') || !scanner.hex()) scanner.fail(EXPECTED);
    this.reference(kind, size, process, thread);
  }

  end(): void {
    this.data.flush();
    this.calls.end();
    if (this.records === 0) this.scanner.fail(EXPECTED);
  }

  private reference(kind: string, size: number, process: number, thread: number): void {
    const { scanner, rows, data } = this;
    const { page, offset } = scanner;
    if (kind !== 'read' && kind !== 'write') data.flush();
    if (kind.startsWith('pref')) return rows.notes.drop('prefetches');
    if (FLUSHES.has(kind)) return rows.notes.drop('cache flushes');
    rows.run(process, thread);
    if (kind === 'ifetch') rows.access(KIND.fetch, page, offset + size);
    else if (kind === 'read') data.read(page, offset, size);
    else if (kind === 'write') data.write(page, offset, size);
    else scanner.fail(EXPECTED);
  }

  private marker(process: number, thread: number): void {
    const { scanner, rows } = this;
    this.data.flush();
    const text = scanner.text;
    const call = /<marker: system call (\d+)>/.exec(text)?.[1];
    if (call !== undefined) {
      rows.run(process, thread);
      rows.systemCall(Number(call));
    } else if (/<thread \d+ exited>/.test(text)) {
      rows.run(process, thread);
      rows.exit(false);
    } else if (text.includes('<marker: physical address for')) rows.notes.drop('physical addresses of pages');
    else if (text.includes('<marker: physical address not'))
      rows.notes.drop('pages whose physical address the recorder could not get');
    else if (/<marker: page size (?!4096>)/.test(text)) rows.notes.drop('page sizes other than 4,096 bytes');
    else if (/<marker: (kernel xfer|rseq abort|signal)/.test(text))
      rows.notes.drop('signals and other events of the kernel');
    else if (FUNCTION.test(text)) this.call(process, thread, FUNCTION.exec(text)!.groups!);
    else if (!text.includes('<marker: ')) scanner.fail(EXPECTED);
  }

  private call(
    process: number,
    thread: number,
    { number, id, argument, result }: Partial<Record<string, string>>,
  ): void {
    const { calls, rows } = this;
    if (number !== undefined) calls.identifier(thread, SYSTEM_CALLS + Number(number));
    else if (id !== undefined) calls.identifier(thread, Number(id));
    else if (argument !== undefined) calls.argument(thread, Number(argument));
    else if (result !== undefined) {
      rows.run(process, thread);
      calls.result(thread, Number(result));
    }
  }
}
