/** gem5's protobuf files: `gem5`, then messages, each behind its length; the first is a header. */
import { TraceError } from '../../errors.js';
import type { RecordStream } from '../record-stream.js';
import type { RecordReader } from '../record-trace.js';
import type { UserRows } from '../user-rows.js';
import { Fields } from './fields.js';

const MAGIC = 'gem5';
const LONGEST_MESSAGE = 1 << 19;
/** Bytes of a length. */
const LENGTH = 5;

/** Goes through the messages that are there. @param message is told of each but the header: its fields are to be read */
export function messageReader(stream: RecordStream, rows: UserRows, message: (fields: Fields) => void): RecordReader {
  const fields = new Fields((found) => stream.fail(found, 'a message of protocol buffers'));
  let begun = false;
  let header = false;
  return {
    consume() {
      const { bytes } = stream;
      if (!begun) {
        if (stream.left < MAGIC.length) return;
        if (!hasMagic(bytes)) stream.fail(`the bytes ${stream.hex(4)}`, `67656d35 (${MAGIC})`);
        stream.at += MAGIC.length;
        begun = true;
      }
      while (stream.left > 0 && !rows.full) {
        const { at } = stream;
        const start = lengthEnd(bytes, at);
        if (start === null) {
          if (stream.left >= LENGTH) stream.fail('a length of more than 5 bytes', 'a message');
          return;
        }
        const length = lengthAt(bytes, at);
        if (length > LONGEST_MESSAGE) stream.fail(`a message of ${length} bytes`, `${LONGEST_MESSAGE} at the most`);
        if (start + length > bytes.length) return;
        fields.open(bytes, start, start + length);
        if (header) message(fields);
        else while (fields.next());
        header = true;
        stream.at = start + length;
      }
    },
    end() {
      if (!header) stream.fail('the end of the file', 'a header');
    },
  };
}

/** Of which kind the messages of a file of gem5 are, by its first ones; null: it is none. */
export function gem5KindOf(head: Uint8Array): 'packets' | 'instructions' | null {
  if (!hasMagic(head)) return null;
  const fields = new Fields((found) => {
    throw new TraceError(found);
  });
  try {
    let at = MAGIC.length;
    for (let message = 0; message < 2 && at < head.length; message++) {
      const start = lengthEnd(head, at);
      if (start === null) break;
      const end = start + lengthAt(head, at);
      if (end > head.length) break;
      fields.open(head, start, end);
      while (fields.next()) {
        // The header's fourth field is a flag of instructions, or a table of packets; ticks and codes of instructions have a fixed length.
        if (message === 0 && fields.number === 4) return fields.wire === 0 ? 'instructions' : 'packets';
        if (message === 1 && (fields.wire === 1 || fields.wire === 5 || fields.number > 7)) return 'instructions';
      }
      at = end;
    }
  } catch {
    // Reading it says what is wrong.
  }
  return 'packets';
}

function hasMagic(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === MAGIC;
}

/** Where the length that begins at `at` ends; null: not here. */
function lengthEnd(bytes: Uint8Array, at: number): number | null {
  for (let i = at; i < at + LENGTH && i < bytes.length; i++) if (bytes[i]! < 128) return i + 1;
  return null;
}

function lengthAt(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let scale = 1; ; scale *= 128, at++) {
    length += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) return length;
  }
}
