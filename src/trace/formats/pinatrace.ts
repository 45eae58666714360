/**
 * Text of Pin's `pinatrace` and of its kin: `IP: R ADDRESS`, behind it a size and a value where they are printed; or `PID R ADDRESS` with `I` for
 * fetches. An instruction pointer is a fetch; lines with the same one, one behind the other, are one instruction.
 */
import { DataReferences } from '../data-references.js';
import { KIND } from '../event.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace, type LineReader } from '../line-trace.js';
import { allLines } from '../recognise-text.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const LINE = /^(0x[0-9a-f]+:\s+[RW]\s+0x[0-9a-f]+|\s*\d+\s+[RWI]\s+0x[0-9a-f]+)(\s|$)/;
const EXPECTED = "a line as '0x401000: R 0x7fff0010' or '123 R 0x7fff0010'";
const HASH = 35;
const COLON = 58;
const I = 73;
const R = 82;
const W = 87;

export const pinatrace: TraceFormat = {
  description: 'text of Pin pinatrace and its kin: instruction pointer or process, R or W, address, perhaps a size',
  suffix: '.out',
  recognise: (head) => allLines(head, LINE),
  read: (bytes, options) => lineTrace(bytes, options, (line, rows) => new Reader(line, rows)),
};

class Reader implements LineReader {
  private readonly data: DataReferences;
  private page = -1;
  private offset = 0;
  private running = -1;

  constructor(
    private readonly scanner: LineScanner,
    private readonly rows: UserRows,
  ) {
    this.data = new DataReferences(rows);
  }

  line(): void {
    const { scanner } = this;
    const indented = scanner.blanks();
    if (scanner.atEnd() || scanner.peek() === HASH) return;
    const byInstruction = !indented && scanner.hex() && scanner.take(COLON);
    if (byInstruction) this.instruction();
    else this.process(indented);
    scanner.blanks();
    const kind = scanner.peek();
    if (kind !== R && kind !== W && (byInstruction || kind !== I)) scanner.fail(EXPECTED);
    scanner.skip();
    if (!scanner.blanks() || !scanner.hex() || !(scanner.atEnd() || scanner.blanks())) scanner.fail(EXPECTED);
    const { page, offset } = scanner;
    const size = byInstruction ? this.size() : 0;
    if (kind === R) this.data.read(page, offset, size);
    else if (kind === W) this.data.write(page, offset, size);
    else {
      this.data.flush();
      this.rows.access(KIND.fetch, page, offset);
    }
  }

  end(): void {
    this.data.flush();
  }

  private instruction(): void {
    const { page, offset } = this.scanner;
    if (page === this.page && offset === this.offset) return;
    this.data.flush();
    this.page = page;
    this.offset = offset;
    this.rows.access(KIND.fetch, page, offset);
  }

  private process(indented: boolean): void {
    const { scanner } = this;
    scanner.restart();
    if (indented) scanner.blanks();
    const process = scanner.decimal();
    if (process < 0) scanner.fail(EXPECTED);
    if (process === this.running) return;
    this.running = process;
    this.data.flush();
    this.rows.run(process);
  }

  /** Behind the address; a value may follow it. */
  private size(): number {
    if (this.scanner.atEnd()) return 0;
    const size = this.scanner.decimal();
    if (size < 0 || size > MOST_BYTES) this.scanner.fail(EXPECTED);
    return size;
  }
}
