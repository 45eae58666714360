/**
 * gem5's instructions as its script `decode_inst_trace.py` prints them: `tick: (node/cpu) code @ address  : type start-end;…`, with virtual addresses;
 * each processor is a thread.
 */
import { KIND } from '../event.js';
import { access, typeOfName } from '../gem5/instruction.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace } from '../line-trace.js';
import { allLines } from '../recognise-text.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const LINE = /^\d+\s*: \(\d+\/\d+\) (0x)?[0-9a-f]+ @ (0x)?[0-9a-f]+\s/;
const EXPECTED = "a line as '1000 : (000/000) 0x0000d503 @ 0x401000  : MemRead 0x7fff0010-0x7fff0018;'";
const COLON = 58;
const SEMICOLON = 59;
const SLASH = 47;
const MINUS = 45;
const ZERO = 48;
const CODE_BYTES = 4;

export const gem5InstructionsText: TraceFormat = {
  description: 'text of gem5 decode_inst_trace.py: virtual addresses',
  suffix: '.itrc.txt',
  recognise: (head) => allLines(head, LINE),
  read: (bytes, options) => lineTrace(bytes, options, (line, rows) => ({ line: () => instruction(line, rows) })),
};

function instruction(line: LineScanner, rows: UserRows): void {
  if (line.atEnd()) return;
  if (!line.decimalAddress()) line.fail(EXPECTED);
  line.blanks();
  if (!line.takeWord(': (') || line.decimal() < 0 || !line.take(SLASH)) line.fail(EXPECTED);
  const cpu = line.decimal();
  if (cpu < 0 || !line.takeWord(') ') || !line.hex() || !line.takeWord(' @ ') || !line.hex()) line.fail(EXPECTED);
  rows.run(0, cpu);
  rows.access(KIND.fetch, line.page, line.offset + CODE_BYTES);
  line.blanks();
  let type = 0;
  if (line.take(COLON)) {
    line.blanks();
    type = typeOfName(line.takeLetters());
    line.blanks();
  }
  for (; !line.atEnd(); line.blanks()) {
    if (line.peek() !== ZERO || !line.hex()) line.fail(EXPECTED);
    const { page, offset } = line;
    if (!line.take(MINUS) || !line.hex() || !line.take(SEMICOLON)) line.fail(EXPECTED);
    const size = (line.page - page) * 4096 + line.offset - offset;
    if (size < 0 || size > MOST_BYTES) line.fail(`${EXPECTED}, of 0 to ${MOST_BYTES} bytes`);
    access(rows, type, page, offset + size);
  }
}
