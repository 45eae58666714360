/** Sniper's SIFT: the header, and the records behind it, inflated where it says so. */
import { createInflate } from 'node:zlib';
import { Readable, pipeline } from 'node:stream';
import { TraceError } from '../errors.js';
import { ByteCursor } from './byte-cursor.js';
import { ZLIB_CHUNK } from './compressions.js';

const HEADER = 16;
const MAGIC = 'SIFT';
const MOST_EXTRA = 1 << 20;
/** Bytes that may come of however few. */
const ALWAYS_ALLOWED = 1 << 26;
const OPTION = { zlib: 1, all: 15 } as const;

export function looksLikeSift(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 4)).toString('latin1') === MAGIC;
}

/** @param mostExpansion see readBytes */
export async function* siftRecords(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  mostExpansion = Infinity,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cursor = new ByteCursor(bytes);
  const fail = (at: number, found: string, expected: string): never => {
    throw new TraceError(`${path}: byte ${at}: found ${found}; expected ${expected}`);
  };
  try {
    const header = Buffer.from(await cursor.take(HEADER));
    if (header.length < HEADER) fail(header.length, 'the end of the file', `a header of ${HEADER} bytes`);
    if (!looksLikeSift(header)) fail(0, `the bytes ${header.toString('hex', 0, 4)}`, `53494654 (${MAGIC})`);
    const extra = header.readUInt32LE(4);
    if (extra > MOST_EXTRA) fail(4, `a further header of ${extra} bytes`, `${MOST_EXTRA} at the most`);
    const options = header.readBigUInt64LE(8);
    if (options > BigInt(OPTION.all)) fail(8, `the options ${options}`, `0 to ${OPTION.all}`);
    if ((await cursor.take(extra)).length < extra) fail(cursor.offset, 'the end of the file', 'the rest of the header');
    const rest = cursor.rest(new Uint8Array(0));
    if ((Number(options) & OPTION.zlib) === 0) yield* rest;
    else yield* inflated(rest, path, mostExpansion);
  } finally {
    await cursor.close();
  }
}

async function* inflated(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  mostExpansion: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let taken = 0;
  let given = 0;
  const counted = async function* () {
    for await (const chunk of bytes) {
      taken += chunk.length;
      yield chunk.slice();
    }
  };
  const inflate = createInflate(ZLIB_CHUNK);
  // An error of either stream also reaches the loop below.
  pipeline(Readable.from(counted(), { objectMode: false }), inflate, () => undefined);
  try {
    for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
      given += chunk.length;
      if (given > ALWAYS_ALLOWED && given > mostExpansion * taken)
        throw new TraceError(
          `${path}: byte ${given} of the records: found data that expands more than ${mostExpansion} times; ` +
            'allowed with a higher --most-expansion',
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof TraceError || !(error instanceof Error)) throw error;
    throw new TraceError(
      `${path}: byte ${given} of the records: found damaged zlib data (${error.message}); expected intact data`,
    );
  }
}
