/**
 * An address on each line, hexadecimal with 0x or without; before it or behind it R, W or I, of either case. All lines have the form of the first.
 * Empty lines and those that begin with # say nothing.
 */
import { KIND } from '../event.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace, type LineReader } from '../line-trace.js';
import { headLines } from '../recognise-text.js';
import type { UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const HASH = 35;
/** To lower case. */
const CASE = 32;
const KINDS: Readonly<Record<number, number>> = { 0x72: KIND.read, 0x77: KIND.write, 0x69: KIND.fetch };
/** Few digits without 0x may be anything. */
const SURE = '(0x[0-9a-f]{1,16}|[0-9a-f]{6,16})';
const ADDRESS = '(0x)?[0-9a-f]{1,16}';
const FORMS = {
  'an address': new RegExp(`^\\s*${SURE}\\s*$`, 'i'),
  'R, W or I and an address': new RegExp(`^\\s*[rwi]\\s+${ADDRESS}\\s*$`, 'i'),
  'an address and R, W or I': new RegExp(`^\\s*${ADDRESS}\\s+[rwi]\\s*$`, 'i'),
};
type Form = keyof typeof FORMS;

export const text: TraceFormat = {
  description: 'a hexadecimal address on each line, perhaps with R, W or I before it or behind it',
  suffix: '.txt',
  recognise(head) {
    const lines = headLines(head);
    return lines.length > 0 && Object.values(FORMS).some((form) => lines.every((line) => form.test(line)));
  },
  read: (bytes, options) => lineTrace(bytes, options, (line, rows) => new Reader(line, rows)),
};

class Reader implements LineReader {
  private form: Form | null = null;

  constructor(
    private readonly scanner: LineScanner,
    private readonly rows: UserRows,
  ) {}

  line(): void {
    const { scanner, rows } = this;
    scanner.blanks();
    if (scanner.atEnd() || scanner.peek() === HASH) return;
    const form = (this.form ??= formOf(scanner));
    let kind: number | null = null;
    if (form === 'R, W or I and an address') {
      kind = kindOf(scanner, form);
      if (!scanner.blanks()) scanner.fail(form);
    }
    if (!scanner.hex()) scanner.fail(form);
    const apart = scanner.blanks();
    if (form === 'an address and R, W or I') {
      if (!apart) scanner.fail(form);
      kind = kindOf(scanner, form);
      scanner.blanks();
    }
    if (!scanner.atEnd()) scanner.fail(form);
    if (kind === null) rows.notes.synthesise('reads: the source does not tell loads from stores');
    rows.access(kind ?? KIND.read, scanner.page, scanner.offset);
  }
}

function kindOf(line: LineScanner, form: Form): number {
  const kind = KINDS[line.peek() | CASE] ?? line.fail(form);
  line.skip();
  return kind;
}

function formOf(line: LineScanner): Form {
  if (KINDS[line.peek() | CASE] !== undefined) return 'R, W or I and an address';
  return /\s[rwi]\s*$/i.test(line.text) ? 'an address and R, W or I' : 'an address';
}
