/** A file that is complete, or not there: written under a temporary name first. */
import { constants as files } from 'node:fs';
import { access, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { UsageError } from '../errors.js';
import { ZLIB_CHUNK } from './compressions.js';

// A window of 16 MiB finds what repeats several batches ago; a higher quality costs minutes for a few per cent.
const BROTLI = {
  ...ZLIB_CHUNK,
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
};

/** By the last suffix of a name. */
const COMPRESSORS: Readonly<Record<string, () => Transform>> = {
  '.br': () => createBrotliCompress(BROTLI),
  '.gz': () => createGzip(ZLIB_CHUNK),
};

/** A name without the suffix that asks for compression. */
export function plainName(path: string): string {
  return path.replace(/\.(br|gz)$/, '');
}

/** Writes the bytes to `path`, compressed as its name says. The same bytes always make the same file. */
export async function writeWholeFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  await refuseDevice(path);
  const compressor = COMPRESSORS[path.slice(-3)];
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // Opened before anything can fail: a stream that opens it itself may do so after it was removed.
    const target = (await open(temporary, 'w')).createWriteStream();
    const steps = [Readable.from(chunks), ...(compressor === undefined ? [] : [compressor()]), target];
    await pipeline(steps, signal === undefined ? {} : { signal });
    await rename(temporary, path);
  } catch (error) {
    // Where it could not even be looked for, it was not made.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asUsageError(error, path);
  }
}

/** Whether a file can be written there, for who has much to do before it is. */
export async function refuseUnwritable(path: string): Promise<void> {
  await refuseDevice(path);
  await access(dirname(path), files.W_OK).catch((error: unknown) => {
    throw asUsageError(error, path);
  });
}

/** A file that takes the place of a device, a pipe or a socket would end it. */
async function refuseDevice(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there === null || there.isFile() || there.isDirectory()) return;
  throw new UsageError(`cannot write ${path}: found a device, a pipe or a socket; expected a file`);
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
