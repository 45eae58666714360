/**
 * gem5's packets as its script `decode_packet_trace.py` prints them: `[id,]r|w|u,address,size[,flags],tick[,pc]`, decimal. Which of the optional ones a
 * line has is told by their number. Addresses are physical: they are taken for those of one address space.
 */
import { KIND } from '../event.js';
import { PACKET, PHYSICAL_REMARK } from '../gem5/packet.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace } from '../line-trace.js';
import { allLines } from '../recognise-text.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const LINE = /^(\d+,)?[rwu],\d+,\d+(,\d+){1,3}$/;
const EXPECTED = "a line as 'r,1048576,64,1000'";
const COMMA = 44;
const R = 114;
const W = 119;
const U = 117;

export const gem5PacketsText: TraceFormat = {
  description: 'text of gem5 decode_packet_trace.py: physical addresses, taken for those of one address space',
  suffix: '.ptrc.txt',
  recognise: (head) => allLines(head, LINE),
  read: (bytes, options) =>
    lineTrace(bytes, options, (line, rows) => ({ line: () => packet(line, rows) }), { remark: PHYSICAL_REMARK }),
};

function packet(line: LineScanner, rows: UserRows): void {
  if (line.atEnd()) return;
  if (line.decimal() >= 0 && !line.take(COMMA)) line.fail(EXPECTED);
  const command = line.peek();
  if (command !== R && command !== W && command !== U) line.fail(EXPECTED);
  line.skip();
  if (!line.take(COMMA) || !line.decimalAddress() || !line.take(COMMA)) line.fail(EXPECTED);
  const { page, offset } = line;
  const size = line.decimal();
  if (size < 0 || size > MOST_BYTES) line.fail(`${EXPECTED}, of ${MOST_BYTES} bytes at the most`);
  let [numbers, flags] = [0, 0];
  for (; line.take(COMMA); numbers++) {
    if (!line.decimalAddress()) line.fail(EXPECTED);
    if (numbers === 0) flags = line.offset;
  }
  if (!line.atEnd() || numbers < 1 || numbers > 3) line.fail(EXPECTED);
  if (numbers === 3) rows.notes.drop('instruction pointers, which are virtual, of packets');
  if (command === U) return rows.notes.drop('packets that are neither reads (1) nor writes (4)');
  const fetch = numbers > 1 && (flags & PACKET.fetchFlag) !== 0 && command === R;
  rows.access(fetch ? KIND.fetch : command === R ? KIND.read : KIND.write, page, offset + size);
}
