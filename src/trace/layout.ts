/**
 * The native trace file: an Arrow IPC stream, often compressed as a whole.
 *
 * - Schema: the columns below; metadata `vmmu.trace` = JSON of the header.
 * - Column `page` is dictionary-encoded; before each record batch stands a (delta) dictionary with the pages it uses first.
 * - Each record batch has the metadata `vmmu.rows`, the rows up to and including it, and `vmmu.crc32`, a checksum of everything so far:
 *   the header JSON, then for each batch its new page numbers and its columns.
 * - The last batch has no rows, and where the trace was imported the metadata `vmmu.notes`, JSON of what was left out and put in, which is in the checksum too; the end-of-stream mark of Arrow follows. So a file cut anywhere, even between messages, is known to be cut.
 */
import { crc32 } from 'node:zlib';
import { KIND_NAMES, type EventBatch } from './event.js';
import type { TraceHeader } from './source.js';

export const COLUMNS = [
  'kind: uint8',
  'space: uint16',
  'page: dictionary<uint32, uint64>',
  'count: uint32',
  'operands: list<uint64>',
] as const;

export const METADATA = { trace: 'vmmu.trace', rows: 'vmmu.rows', crc32: 'vmmu.crc32', notes: 'vmmu.notes' } as const;

export const VERSION = 1;

export function headerToJson(header: TraceHeader): string {
  const { name, characteristics, source } = header;
  return JSON.stringify({ version: VERSION, name, characteristics, source, kinds: KIND_NAMES });
}

/** The running checksum of a trace. */
export class TraceChecksum {
  private crc: number;

  constructor(headerJson: string) {
    this.crc = crc32(headerJson);
  }

  add(newPages: Uint8Array, batch: EventBatch): void {
    const { length, kind, space, page, count, operandStart, operands } = batch;
    this.addBytes(newPages);
    this.addBytes(kind.subarray(0, length));
    this.addBytes(space.subarray(0, length));
    this.addBytes(page.subarray(0, length));
    this.addBytes(count.subarray(0, length));
    this.addBytes(operandStart.subarray(0, length + 1));
    this.addBytes(operands.subarray(0, 2 * operandStart[length]!));
  }

  addText(text: string): void {
    this.crc = crc32(text, this.crc);
  }

  private addBytes(bytes: NodeJS.TypedArray): void {
    // zlib starts anew when it gets a null pointer, and some empty arrays are one.
    if (bytes.length > 0) this.crc = crc32(bytes, this.crc);
  }

  toString(): string {
    return this.crc.toString(16).padStart(8, '0');
  }
}
