/**
 * DynamoRIO's drmemtrace, versions 4 to 6 of 64-bit programs: `*.trace.zip`, `.trace.gz` or uncompressed, one file for each thread.
 *
 * Several files are the threads of one process: at each of its timestamps a thread lets those go first that are behind.
 */
import { looksLikeDrmemtrace, ThreadFile } from '../drmemtrace/thread-file.js';
import type { EventBatch } from '../event.js';
import type { TraceSource } from '../source.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
import type { ForeignFile, ImportOptions, TraceFormat } from './format.js';

export const drmemtrace: TraceFormat = {
  description: 'DynamoRIO drmemtrace (version 4 to 6), one file for each thread',
  suffix: '.trace.zip',
  recognise: looksLikeDrmemtrace,
  read: (bytes, options) => threads([{ path: options.path, bytes }], options),
  readTogether: threads,
};

function threads(files: readonly Pick<ForeignFile, 'path' | 'bytes'>[], options: ImportOptions): TraceSource {
  const rows = new UserRows(options.notes);
  return userTrace(options, rows, () => byTime(files.map(({ path, bytes }) => new ThreadFile(bytes, path, rows))));
}

async function* byTime(files: readonly ThreadFile[]): AsyncGenerator<EventBatch, void, undefined> {
  const waiting = files.map((file) => ({ file, batches: file.batches() }));
  while (waiting.length > 0) {
    const next = waiting.reduce((one, other) => (other.file.time < one.file.time ? other : one));
    next.file.resume();
    for (;;) {
      const { done, value } = await next.batches.next();
      if (done === true) {
        waiting.splice(waiting.indexOf(next), 1);
        break;
      }
      if (value === null) break;
      yield value;
    }
  }
}
