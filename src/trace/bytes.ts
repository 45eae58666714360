/** The decompressed bytes of a file, or of what is piped in, as a stream. Whatever goes wrong is a TraceError that says where. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { TraceError } from '../errors.js';
import { ByteCursor } from './byte-cursor.js';
import { compressionOf, COMPRESSIONS, Damage, MAGIC_BYTES } from './compressions.js';
import { isZip, readZip } from './zip.js';

/** What stands for the standard input in the place of a path. */
const STDIN = '-';

const READ_AHEAD = 1 << 20;
/** Bytes that may come of however few. */
const ALWAYS_ALLOWED = 1 << 26;

/**
 * Yields the bytes of `path`, decompressed. Compressions are known by their first bytes, whatever the name; brotli has no mark of its own and
 * is known by the suffix `.br`. A chunk holds until two more were asked for. Of a zip file the entries follow each other, in the order of their names.
 * @param mostExpansion bytes that may come of one, on average, before the file is taken to be meant to exhaust us
 */
export async function* readBytes(path: string, mostExpansion = Infinity): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = 0;
  let taken = 0;
  let encoding = 'file';
  const counted = async function* (bytes: AsyncIterable<Uint8Array>) {
    for await (const chunk of bytes) {
      taken += chunk.length;
      yield chunk;
    }
  };
  try {
    const cursor = new ByteCursor(counted(path === STDIN ? process.stdin : await fileBytes(path)));
    const head = await cursor.take(MAGIC_BYTES);
    if (head.length === 0)
      throw new TraceError(`${path}: byte 0: found an empty ${path === STDIN ? 'stream' : 'file'}; expected a trace`);
    const rest = cursor.rest(head);
    const compression = compressionOf(head, path);
    if (isZip(head)) await rest.return();
    encoding = isZip(head) ? 'zip' : (compression ?? 'file');
    if (isZip(head)) taken = (await stat(path)).size;
    const bytes = isZip(head)
      ? readZip(path)
      : compression === null
        ? rest
        : COMPRESSIONS[compression].decode(copied(rest));
    for await (const chunk of bytes) {
      yield chunk;
      offset += chunk.length;
      if (offset > ALWAYS_ALLOWED && offset > mostExpansion * taken)
        throw new TraceError(
          `${path}: byte ${offset} after decompression: found data that expands more than ${mostExpansion} times; ` +
            'allowed with a higher --most-expansion',
        );
    }
  } catch (error) {
    throw asTraceError(error, path, encoding, offset);
  }
}

async function fileBytes(path: string): Promise<AsyncIterable<Uint8Array>> {
  const handle: FileHandle = await open(path);
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw new TraceError(`${path}: found a directory; expected a trace file`);
  }
  return reused(handle);
}

/**
 * The file in pieces, the next one read while the last is gone through. A piece is overwritten two pieces later: a stream with memory of its own for
 * each took longer than reading records out of it.
 */
async function* reused(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const buffers = Array.from({ length: 4 }, () => new Uint8Array(READ_AHEAD));
  const read = async (at: number) => (await handle.read(buffers[at % buffers.length]!)).bytesRead;
  let next = read(0);
  try {
    for (let at = 0; ; at++) {
      const length = await next;
      if (length === 0) return;
      next = read(at + 1);
      yield buffers[at % buffers.length]!.subarray(0, length);
    }
  } finally {
    await next.catch(() => undefined);
    await handle.close();
  }
}

/** For those who keep more than the last piece. */
async function* copied(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytes) yield chunk.slice();
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'the file may not be read',
  EISDIR: 'found a directory; expected a trace file',
};

function asTraceError(error: unknown, path: string, encoding: string, offset: number): unknown {
  if (!(error instanceof Error) || error instanceof TraceError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const fault = FILE_FAULTS[code];
  if (fault !== undefined) return new TraceError(`${path}: ${fault}`);
  const where = `${path}: byte ${offset}${encoding === 'file' ? '' : ' after decompression'}`;
  if (code === 'Z_BUF_ERROR')
    return new TraceError(`${where}: found the end of the file; expected more ${encoding} data`);
  if (!(error instanceof Damage) && code === '') return error;
  return new TraceError(`${where}: found damaged ${encoding} data (${error.message}); expected intact data`);
}
