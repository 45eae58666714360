/** The trace of one file of text. */
import type { ImportOptions } from './formats/format.js';
import { LineScanner } from './line-scanner.js';
import type { TraceSource } from './source.js';
import { UserRows } from './user-rows.js';
import { userTrace, type Differences } from './user-trace.js';

export interface LineReader {
  /** Called at the start of each line. */
  line(): void;
  /** Behind the last. */
  end?(): void;
}

/** @param begin makes what reads the lines */
export function lineTrace(
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
  begin: (line: LineScanner, rows: UserRows) => LineReader,
  differences?: Differences,
): TraceSource {
  const rows = new UserRows(options.notes);
  const scanner = new LineScanner(bytes, options.path);
  options.notes.place = () => scanner.place;
  const reader = begin(scanner, rows);
  async function* decode() {
    yield* scanner.batches(rows, () => reader.line());
    reader.end?.();
  }
  return userTrace(options, rows, decode, differences);
}
