/** Text by lines, as bytes: whole lines only, each chunk ending with one, so that the caller can go through them without copies. */
import { TraceError } from '../errors.js';

const NEWLINE = 10;
const LONGEST_LINE = 1 << 16;

/** Chunks that end with a newline, but for the last where the file does not. @param path for messages */
export async function* wholeLines(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length > LONGEST_LINE) throw tooLong(path, offset);
      continue;
    }
    const lines = rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]);
    offset += lines.length;
    rest = chunk.subarray(end);
    yield lines;
  }
  if (rest.length > LONGEST_LINE) throw tooLong(path, offset);
  if (rest.length > 0) yield rest;
}

function tooLong(path: string, offset: number): TraceError {
  return new TraceError(`${path}: byte ${offset}: found a line of more than ${LONGEST_LINE} bytes; expected text`);
}

/** The beginning of a text for a message: on one line, and without what a terminal would obey. */
export function shown(text: string): string {
  return text.replace(/\p{C}|\uFFFD/gu, '?').slice(0, 60);
}
