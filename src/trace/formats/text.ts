/**
 * An address on each line, hexadecimal with 0x or without; before it or behind it R, W or I, of either case. All lines have the form of the first.
 * Empty lines and those that begin with # say nothing.
 */
import { KIND } from '../event.js';
import { LineScanner } from '../line-scanner.js';
import { headLines } from '../recognise-text.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
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
  read(bytes, options) {
    const rows = new UserRows(options.notes);
    const line = new LineScanner(bytes, options.path);
    options.notes.place = () => line.place;
    let form: Form | null = null;
    return userTrace(options, rows, () =>
      line.batches(rows, () => {
        line.blanks();
        if (line.atEnd() || line.peek() === HASH) return;
        form ??= formOf(line);
        const before = form === 'R, W or I and an address' ? kindOf(line, form) : null;
        if (before !== null && !line.blanks()) line.fail(form);
        if (!line.hex()) line.fail(form);
        const apart = line.blanks();
        const behind = form === 'an address and R, W or I' && apart ? kindOf(line, form) : null;
        if (behind !== null) line.blanks();
        if (!line.atEnd() || (form === 'an address and R, W or I' && behind === null)) line.fail(form);
        const kind = before ?? behind;
        if (kind === null) rows.notes.synthesise('reads: the source does not tell loads from stores');
        rows.access(kind ?? KIND.read, line.page, line.offset);
      }),
    );
  },
};

function kindOf(line: LineScanner, form: Form): number {
  const kind = KINDS[line.peek() | CASE] ?? line.fail(form);
  line.skip();
  return kind;
}

function formOf(line: LineScanner): Form {
  if (KINDS[line.peek() | CASE] !== undefined) return 'R, W or I and an address';
  return /\s[rwi]\s*$/i.test(line.text) ? 'an address and R, W or I' : 'an address';
}
