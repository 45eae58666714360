/** Writes a native trace file: under a temporary name first, so that a trace file is always a whole one. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { UsageError } from '../errors.js';
import { ZLIB_CHUNK } from './compressions.js';
import { encodeTrace } from './encoder.js';
import type { TraceSource } from './source.js';

// A window of 16 MiB finds what repeats several batches ago; a higher quality costs minutes for a few per cent.
const BROTLI = {
  ...ZLIB_CHUNK,
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
};

const ENCODINGS = [
  { suffix: '.arrows', compressors: () => [] },
  { suffix: '.arrows.br', compressors: () => [createBrotliCompress(BROTLI)] },
  { suffix: '.arrows.gz', compressors: () => [createGzip(ZLIB_CHUNK)] },
];

/** Writes the whole trace to `path`, whose suffix chooses the compression. The same rows always make the same bytes. */
export async function writeTrace(path: string, source: TraceSource, signal?: AbortSignal): Promise<void> {
  const encoding = ENCODINGS.find(({ suffix }) => path.endsWith(suffix));
  if (encoding === undefined) {
    throw new UsageError(`${path}: a trace file is named ${ENCODINGS.map(({ suffix }) => `*${suffix}`).join(', ')}`);
  }
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = createWriteStream(temporary);
    await pipeline(
      [Readable.from(encodeTrace(source)), ...encoding.compressors(), file],
      signal === undefined ? {} : { signal },
    );
    await rename(temporary, path);
  } catch (error) {
    // Where it could not even be looked for, it was not made.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asUsageError(error, path);
  }
}

const WRITE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'its folder may not be written',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
};

function asUsageError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  return new UsageError(`cannot write ${path}: ${WRITE_FAULTS[String(error.code)] ?? error.message}`);
}
