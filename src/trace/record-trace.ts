/** The trace of one file of binary records. */
import type { ImportOptions } from './formats/format.js';
import { RecordStream } from './record-stream.js';
import type { TraceSource } from './source.js';
import { UserRows } from './user-rows.js';
import { userTrace, type Differences } from './user-trace.js';

export interface RecordReader {
  /** Goes on through whole records to the last that is there, or until the rows are full. */
  consume(): void;
  /** Behind the last. */
  end?(): void;
}

/** @param begin makes what reads the records */
export function recordTrace(
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
  begin: (stream: RecordStream, rows: UserRows) => RecordReader,
  differences?: Differences,
): TraceSource {
  const rows = new UserRows(options.notes);
  const stream = new RecordStream(bytes, options.path);
  options.notes.place = () => stream.place;
  const reader = begin(stream, rows);
  async function* decode() {
    yield* stream.batches(rows, () => reader.consume());
    reader.end?.();
  }
  return userTrace(options, rows, decode, differences);
}
