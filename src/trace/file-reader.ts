/** Reads a native trace file (see layout.ts) batch by batch, in bounded memory apart from the page dictionary. */
import { TraceError } from '../errors.js';
import { readMessage, type ArrowBody, type DictionaryMessage } from './arrow-message.js';
import { ByteCursor } from './byte-cursor.js';
import { readBytes } from './bytes.js';
import { checkRows } from './check-rows.js';
import type { EventBatch } from './event.js';
import { COLUMNS, METADATA, TraceChecksum } from './layout.js';
import { headerFromJson, notesFromJson } from './layout-schema.js';
import { GrowingPages } from './pages.js';
import type { TraceHeader, TraceSource } from './source.js';

/** Opens a trace file and reads its header. Close it, or go through its batches to the end. */
export async function openTrace(path: string): Promise<TraceReader> {
  return TraceReader.open(path, readBytes(path));
}

export class TraceReader implements TraceSource {
  readonly pages = new GrowingPages();
  notes: TraceSource['notes'];
  private rows = 0;
  /** Dictionary values that the next batch brings, as they stand in the file. */
  private newPages: Uint8Array = new Uint8Array(0);

  private constructor(
    readonly header: TraceHeader,
    private readonly path: string,
    private readonly bytes: ByteCursor,
    private readonly checksum: TraceChecksum,
  ) {}

  /** `path` is for messages; the bytes are those of the file, decompressed. */
  static async open(path: string, bytes: AsyncIterable<Uint8Array>): Promise<TraceReader> {
    const cursor = new ByteCursor(bytes);
    try {
      const schema = await readMessage(cursor);
      if (schema?.type !== 'schema') throw new RangeError('found no schema; expected an Arrow IPC stream');
      const json = schema.metadata.get(METADATA.trace);
      if (json === undefined) {
        throw new RangeError(`found an Arrow stream without '${METADATA.trace}' metadata; expected a trace`);
      }
      const columns = schema.columns.join(', ');
      if (columns !== COLUMNS.join(', '))
        throw new RangeError(`found the columns ${columns}; expected ${COLUMNS.join(', ')}`);
      return new TraceReader(headerFromJson(json), path, cursor, new TraceChecksum(json));
    } catch (error) {
      await cursor.close();
      throw located(error, path, 0, 0);
    }
  }

  async *batches(): AsyncGenerator<EventBatch, void, undefined> {
    try {
      for (;;) {
        const start = this.bytes.offset;
        const batch = await this.nextBatch().catch((error: unknown) => {
          throw located(error, this.path, start, this.rows);
        });
        if (batch === null) return;
        yield batch;
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.bytes.close();
  }

  /** The next batch with rows, or null when the trace has ended as it should. */
  private async nextBatch(): Promise<EventBatch | null> {
    let message = await readMessage(this.bytes);
    for (; message?.type === 'dictionary'; message = await readMessage(this.bytes)) this.addPages(message);
    if (message?.type !== 'records') {
      throw new RangeError(
        `found ${message === null ? 'the end of the stream' : 'a second schema'}; expected more rows`,
      );
    }
    const batch = columnsOf(message.columns);
    this.checksum.add(this.newPages, batch);
    this.newPages = new Uint8Array(0);
    const notes = message.metadata.get(METADATA.notes);
    if (notes !== undefined) {
      this.checksum.addText(notes);
      this.notes = { record: notesFromJson(notes) };
    }
    const rows = this.rows + batch.length;
    const found = `${message.metadata.get(METADATA.rows) ?? 'no'} rows, checksum ${message.metadata.get(METADATA.crc32) ?? 'none'}`;
    const computed = `${rows} rows, checksum ${this.checksum.toString()}`;
    if (found !== computed) throw new RangeError(`found ${computed}; expected ${found}, as the batch says`);
    checkRows(batch, this.pages.size, this.header.characteristics.counts, this.rows);
    this.rows = rows;
    return batch.length === 0 ? this.end() : batch;
  }

  private async end(): Promise<null> {
    if ((await readMessage(this.bytes)) !== null)
      throw new RangeError('found a message after the end of the trace; expected none');
    if ((await this.bytes.take(1)).length !== 0)
      throw new RangeError('found bytes after the end of the trace; expected none');
    return null;
  }

  private addPages({ isDelta, values }: DictionaryMessage): void {
    if (!isDelta && this.pages.size > 0)
      throw new RangeError('found a new dictionary; expected additions to the first one');
    const bytes = exactly(values.buffers[1], values.rows * 8, 'page numbers');
    const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * values.rows);
    for (let i = 0; i < halves.length; i += 2) this.pages.append(halves[i]! + halves[i + 1]! * 0x1_0000_0000);
    this.newPages = this.newPages.length === 0 ? bytes : Buffer.concat([this.newPages, bytes]);
  }
}

/** Views of the buffers: kind, space, page and count have two each, operands three and their values two. */
function columnsOf({ rows, lengths, buffers }: ArrowBody): EventBatch {
  if (lengths.length !== 6 || buffers.length !== 12 || lengths.slice(0, 5).some((length) => length !== rows)) {
    throw new RangeError(`found ${lengths.length} arrays of ${lengths.join('/')} rows; expected 6 of ${rows}`);
  }
  const values = lengths[5]!;
  const kind = exactly(buffers[1], rows, 'kinds');
  const space = exactly(buffers[3], 2 * rows, 'spaces');
  const page = exactly(buffers[5], 4 * rows, 'pages');
  const count = exactly(buffers[7], 4 * rows, 'counts');
  // Arrow allows the single offset of an empty list column to be left out.
  const starts = rows === 0 ? new Uint8Array(4) : exactly(buffers[9], 4 * (rows + 1), 'operand offsets');
  const operands = exactly(buffers[11], 8 * values, 'operands');
  const operandStart = new Uint32Array(starts.buffer, starts.byteOffset, rows + 1);
  if (operandStart[0] !== 0 || operandStart[rows]! > values) {
    throw new RangeError(
      `found operand offsets from ${operandStart[0]} to ${operandStart[rows]}; expected 0 to ${values}`,
    );
  }
  return {
    length: rows,
    kind,
    space: new Uint16Array(space.buffer, space.byteOffset, rows),
    page: new Uint32Array(page.buffer, page.byteOffset, rows),
    count: new Uint32Array(count.buffer, count.byteOffset, rows),
    operandStart,
    operands: new Uint32Array(operands.buffer, operands.byteOffset, 2 * values),
  };
}

function exactly(buffer: Uint8Array | undefined, length: number, what: string): Uint8Array {
  if (buffer === undefined || length < 0 || buffer.length < length) {
    throw new RangeError(`found ${buffer?.length ?? 0} bytes of ${what}; expected ${length}`);
  }
  return buffer.subarray(0, length);
}

/** A RangeError says what was found; here it learns where. Other errors know already. */
function located(error: unknown, path: string, byte: number, row: number): unknown {
  if (!(error instanceof RangeError)) return error;
  // Damaged text may hold anything.
  const message = error.message.replace(/\p{C}/gu, '?').slice(0, 400);
  const text = message.includes('found') ? message : `found damaged metadata (${message}); expected an Arrow message`;
  return new TraceError(`${path}: byte ${byte}${text.startsWith('row ') ? ', ' : ` / row ${row}: `}${text}`);
}
