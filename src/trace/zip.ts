/** The contents of a zip file, one entry after the other in the order of their names. No name becomes a path: nothing is unpacked. */
import { openPromise, type Entry } from 'yauzl';
import { TraceError } from '../errors.js';
import { Damage } from './compressions.js';

const MAGIC = [0x50, 0x4b];

export function isZip(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte) && (head[2] === 3 || head[2] === 5);
}

export async function* readZip(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  if (path === '-')
    throw new TraceError(`-: found a zip file; expected one that can be read from its end: give its path`);
  try {
    const zip = await openPromise(path, { lazyEntries: true, decodeStrings: true, autoClose: false });
    try {
      const entries: Entry[] = [];
      for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) entries.push(entry);
      if (entries.length === 0) throw new Damage('no entries');
      entries.sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
      for (const entry of entries) yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
    } finally {
      zip.close();
    }
  } catch (error) {
    throw error instanceof Error && !('code' in error) ? new Damage(error.message) : error;
  }
}
