/** gem5's instruction traces, protocol buffers, with virtual addresses; each processor is a thread. */
import { KIND } from '../event.js';
import { Fields } from '../gem5/fields.js';
import { access } from '../gem5/instruction.js';
import { gem5KindOf, messageReader } from '../gem5/messages.js';
import type { RecordStream } from '../record-stream.js';
import { recordTrace } from '../record-trace.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const FIELD = { pc: 1, code: 2, cpu: 4, type: 6, access: 8, bytes: 9 } as const;
const ACCESS = { address: 1, size: 2 } as const;
const CODE_BYTES = 4;

export const gem5Instructions: TraceFormat = {
  description: 'gem5 instructions (protobuf): virtual addresses',
  suffix: '.itrc.gz',
  recognise: (head) => gem5KindOf(head) === 'instructions',
  read: (bytes, options) =>
    recordTrace(bytes, options, (stream, rows) => {
      const instructions = new Instructions(stream, rows);
      return messageReader(stream, rows, (fields) => instructions.message(fields));
    }),
};

class Instructions {
  private readonly inner: Fields;
  /** Where in the message its accesses are, and where each ends. */
  private readonly accesses: number[] = [];

  constructor(
    private readonly stream: RecordStream,
    private readonly rows: UserRows,
  ) {
    this.inner = new Fields((found) => stream.fail(found, 'an access as a message of protocol buffers'));
  }

  message(fields: Fields): void {
    const { rows, accesses } = this;
    let [page, offset, length, cpu, type] = [-1, 0, 0, 0, 0];
    accesses.length = 0;
    while (fields.next()) {
      if (fields.number === FIELD.pc) {
        page = fields.page;
        offset = fields.offset;
      } else if (fields.number === FIELD.code) length = CODE_BYTES;
      else if (fields.number === FIELD.bytes) length = fields.low;
      else if (fields.number === FIELD.cpu) cpu = fields.low;
      else if (fields.number === FIELD.type) type = fields.low;
      else if (fields.number === FIELD.access) accesses.push(fields.start, fields.start + fields.low);
    }
    rows.run(0, cpu);
    if (page < 0) rows.notes.drop('instructions without an address');
    else rows.access(KIND.fetch, page, offset + Math.min(length, CODE_BYTES ** 2));
    for (let i = 0; i < accesses.length; i += 2) this.access(type, accesses[i]!, accesses[i + 1]!);
  }

  private access(type: number, start: number, end: number): void {
    const { inner, rows, stream } = this;
    let [page, offset, size] = [-1, 0, 0];
    inner.open(stream.bytes, start, end);
    while (inner.next()) {
      if (inner.number === ACCESS.size) size = inner.value;
      else if (inner.number === ACCESS.address) {
        page = inner.page;
        offset = inner.offset;
      }
    }
    if (size > MOST_BYTES) stream.fail(`an access of ${size} bytes`, `${MOST_BYTES} at the most`);
    if (page < 0) rows.notes.drop('accesses without an address');
    else access(rows, type, page, offset + size);
  }
}
