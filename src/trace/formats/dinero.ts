/** Dinero's input, `.din`: `LABEL ADDRESS`, the rest of the line ignored. Labels: 0 read, 1 write, 2 fetch, 3 escape, 4 flush. */
import { KIND } from '../event.js';
import { lineTrace } from '../line-trace.js';
import { allLines } from '../recognise-text.js';
import type { TraceFormat } from './format.js';

const LINE = /^\s*[0-4]\s+(0x)?[0-9a-f]{1,16}(\s|$)/i;
const KINDS = [KIND.read, KIND.write, KIND.fetch] as const;
const ESCAPE = 3;
const FLUSH = 4;

export const dinero: TraceFormat = {
  description: 'dinero (.din): label and hexadecimal address, without sizes',
  suffix: '.din',
  recognise: (head) => allLines(head, LINE),
  read: (bytes, options) =>
    lineTrace(bytes, options, (line, rows) => ({
      line() {
        line.blanks();
        if (line.atEnd()) return;
        const label = line.decimal();
        if (label < 0 || label > FLUSH || !line.blanks() || !line.hex() || !(line.atEnd() || line.blanks()))
          line.fail("a label of 0 to 4 and an address, as '0 7fff0010'");
        const kind = KINDS[label];
        if (kind !== undefined) rows.access(kind, line.page, line.offset);
        else rows.notes.drop(label === ESCAPE ? 'escape records (label 3)' : 'cache flushes (label 4)');
      },
    })),
};
