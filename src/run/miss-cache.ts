/**
 * Misses of TLBs as files of a directory, so that another sweep of walk caches below the same TLBs begins with them. A file that is damaged is
 * taken for none. Where they grow beyond a limit, those that were used the longest ago make room; no file of another name is touched.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import type { Misses } from './misses.js';

const MARK = 'vmmu-cache';
const VERSION = 'vmmu cache of misses, version 1\n';
const OURS = /^[0-9a-f]{64}\.misses$/;
/** Left behind by a killed process, if it has not been written to for this long. */
const TEMPORARY = /^[0-9a-f]{64}\.misses\.[0-9a-f-]{36}\.tmp$/;
const HOUR_MS = 3_600_000;

export interface MissCacheAt {
  readonly directory: string;
  readonly limitBytes: number;
  /** Stands for the trace and the code that has replayed it. */
  readonly replayed: string;
}

interface Head {
  readonly bare: Misses['bare'];
  readonly trail: number;
  readonly lengths: readonly number[];
  /** Of the rows. */
  readonly sha256: string;
}

/** Makes the directory, or sees that it is one of ours. */
export async function openMissCache(directory: string): Promise<void> {
  const mark = join(directory, MARK);
  try {
    await mkdir(directory, { recursive: true });
    const names = await readdir(directory);
    if (names.length === 0) await writeFile(mark, VERSION);
    else if (!names.includes(MARK))
      throw new Error(`found a folder with other files; expected an empty one, or a cache of vmmu`);
    const found = await readFile(mark, 'utf8');
    if (found !== VERSION)
      throw new Error(
        `found a cache of another version; expected '${VERSION.trim()}': remove it, or take another folder`,
      );
    for (const name of names.filter((one) => TEMPORARY.test(one))) {
      const path = join(directory, name);
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > HOUR_MS) await rm(path, { force: true });
    }
  } catch (error) {
    throw new UsageError(`--cache ${directory}: ${(error as Error).message}`);
  }
}

export class MissCache {
  constructor(private readonly at: MissCacheAt) {}

  /** @param name of the TLB and all that its misses depend on, but for the trace */
  async read(name: string): Promise<Misses | null> {
    const path = this.pathOf(name);
    const bytes = await readFile(path).catch(() => null);
    const misses = bytes === null ? null : decoded(bytes);
    const now = new Date();
    if (misses !== null) await utimes(path, now, now).catch(() => undefined);
    return misses;
  }

  /** What cannot be kept is not: a full disk ends no sweep that could go on without. */
  async write(name: string, misses: Misses): Promise<void> {
    const path = this.pathOf(name);
    const bytes = encoded(misses);
    if (bytes.length > this.at.limitBytes) return;
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, bytes);
      await rename(temporary, path);
      await this.makeRoom();
    } catch {
      await rm(temporary, { force: true });
    }
  }

  private pathOf(name: string): string {
    const key = createHash('sha256').update(this.at.replayed).update(name).digest('hex');
    return join(this.at.directory, `${key}.misses`);
  }

  private async makeRoom(): Promise<void> {
    const names = (await readdir(this.at.directory)).filter((name) => OURS.test(name));
    const files = [];
    for (const name of names) {
      const path = join(this.at.directory, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) files.push({ path, bytes: found.size, used: found.mtimeMs });
    }
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.used - b.used)) {
      if (bytes <= this.at.limitBytes) return;
      await rm(file.path, { force: true });
      bytes -= file.bytes;
    }
  }
}

/** A line of JSON, and behind it the rows of all batches. */
function encoded({ bare, trail, rows }: Misses): Buffer {
  const body = Buffer.concat(rows.map((own) => Buffer.from(own.buffer, own.byteOffset, own.byteLength)));
  const head: Head = { bare, trail, lengths: rows.map(({ length }) => length), sha256: sha256(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

function decoded(bytes: Buffer): Misses | null {
  const end = bytes.indexOf('\n');
  const body = bytes.subarray(end + 1);
  try {
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Head;
    if (head.sha256 !== sha256(body)) return null;
    // A copy, whose numbers lie where numbers of four bytes may.
    const all = new Uint32Array(Uint8Array.from(body).buffer);
    let at = 0;
    const rows = head.lengths.map((length) => all.subarray(at, (at += length)));
    return { bare: head.bare, trail: head.trail, rows };
  } catch {
    return null;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
