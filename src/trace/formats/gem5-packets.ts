/**
 * gem5's packet traces, protocol buffers. Addresses are physical: they are taken for those of one address space. Commands are numbered differently by
 * versions of gem5, but for reads (1) and writes (4); packets of others are left out.
 */
import { KIND } from '../event.js';
import type { Fields } from '../gem5/fields.js';
import { gem5KindOf, messageReader } from '../gem5/messages.js';
import { PACKET, PHYSICAL_REMARK } from '../gem5/packet.js';
import type { RecordStream } from '../record-stream.js';
import { recordTrace } from '../record-trace.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { TraceFormat } from './format.js';

const FIELD = { command: 2, address: 3, size: 4, flags: 5, pc: 7 } as const;

export const gem5Packets: TraceFormat = {
  description: 'gem5 packets (protobuf): physical addresses, taken for those of one address space',
  suffix: '.ptrc.gz',
  recognise: (head) => gem5KindOf(head) === 'packets',
  read: (bytes, options) =>
    recordTrace(
      bytes,
      options,
      (stream, rows) => messageReader(stream, rows, (fields) => packet(fields, rows, stream)),
      { remark: PHYSICAL_REMARK },
    ),
};

function packet(fields: Fields, rows: UserRows, stream: RecordStream): void {
  let [command, page, offset, size, flags] = [-1, -1, 0, 0, 0];
  while (fields.next()) {
    if (fields.number === FIELD.command) command = fields.value;
    else if (fields.number === FIELD.size) size = fields.value;
    else if (fields.number === FIELD.flags) flags = fields.low;
    else if (fields.number === FIELD.address) {
      page = fields.page;
      offset = fields.offset;
    } else if (fields.number === FIELD.pc) rows.notes.drop('instruction pointers, which are virtual, of packets');
  }
  if (size > MOST_BYTES) stream.fail(`a packet of ${size} bytes`, `${MOST_BYTES} at the most`);
  if (command !== PACKET.read && command !== PACKET.write)
    return rows.notes.drop(command < 0 || command > 99 ? 'packets without a command' : `packets of command ${command}`);
  if (page < 0) return rows.notes.drop('packets without an address');
  const fetch = (flags & PACKET.fetchFlag) !== 0 && command === PACKET.read;
  rows.access(fetch ? KIND.fetch : command === PACKET.read ? KIND.read : KIND.write, page, offset + size);
}
