/**
 * QEMU's plugin execlog: `cpu, 0xPC, 0xOPCODE, "disassembly"`, then `, load, 0xADDRESS` or `, store, …` for each reference. System emulation prints a
 * physical address and the name of its device instead; it is then taken as an address of the program's own, and counted as such.
 */
import { DataReferences } from '../data-references.js';
import { KIND } from '../event.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace } from '../line-trace.js';
import { allLines } from '../recognise-text.js';
import type { UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const LINE = /^\d+, 0x[0-9a-f]+, 0x[0-9a-f]+, "/;
const EXPECTED = `a line as '0, 0x401000, 0x8b48, "mov", load, 0x7fff0010'`;
const PHYSICAL = 'loads and stores with virtual addresses: the physical ones are taken';
const COMMA = 44;
const QUOTE = 34;
const L = 108;
const S = 115;

export const execlog: TraceFormat = {
  description: 'text of the QEMU plugin execlog, of user emulation; of system emulation data addresses are physical',
  suffix: '.execlog',
  recognise: (head) => allLines(head, LINE),
  read: (bytes, options) =>
    lineTrace(bytes, options, (line, rows) => {
      const data = new DataReferences(rows);
      return { line: () => readLine(line, rows, data) };
    }),
};

function readLine(line: LineScanner, rows: UserRows, data: DataReferences): void {
  if (line.atEnd()) return;
  const cpu = line.decimal();
  if (cpu < 0 || !separator(line) || !line.hex()) line.fail(EXPECTED);
  const { page, offset } = line;
  if (!separator(line) || !line.hex() || !separator(line) || !line.take(QUOTE)) line.fail(EXPECTED);
  if (!line.findLast(QUOTE)) line.fail(EXPECTED);
  line.skip();
  rows.run(0, cpu);
  rows.access(KIND.fetch, page, offset);
  while (separator(line)) reference(line, rows, data);
  if (!line.atEnd()) line.fail(EXPECTED);
  data.flush();
}

function reference(line: LineScanner, rows: UserRows, data: DataReferences): void {
  const load = line.peek() === L && line.takeWord('load');
  if (!load && !(line.peek() === S && line.takeWord('store'))) line.fail(EXPECTED);
  if (!separator(line) || !line.hex()) line.fail(EXPECTED);
  const { page, offset } = line;
  if (hasDevice(line)) rows.notes.drop(PHYSICAL);
  if (load) data.read(page, offset, 0);
  else data.write(page, offset, 0);
}

/** Goes behind the name of a device, if one follows. */
function hasDevice(line: LineScanner): boolean {
  if (line.follows(', load, 0x') || line.follows(', store, 0x') || !separator(line)) return false;
  line.find(COMMA);
  return true;
}

function separator(line: LineScanner): boolean {
  return line.takeWord(', ');
}
