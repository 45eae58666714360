/** Files that are complete, or not there: each is written under a temporary name, and all are before the first takes its place. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lstat, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

interface Move {
  readonly to: string;
  readonly temporary: string;
}

/** @param files contents by path */
export async function withTemporaries(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (moves: readonly Move[]) => Promise<void>,
): Promise<void> {
  const moves = Object.entries(files).map(([to, text]) => ({ to, temporary: temporaryName(to), text }));
  try {
    for (const { to, temporary, text } of moves) {
      await refuseOther(to);
      await writeFile(temporary, text, { flush: true });
    }
    await work(moves);
  } finally {
    for (const { temporary } of moves) await rm(temporary, { force: true });
  }
}

export async function intoPlace(moves: readonly Move[]): Promise<void> {
  for (const { to, temporary } of moves) await rename(temporary, to);
  for (const folder of new Set(moves.map(({ to }) => dirname(to)))) await syncFolder(folder);
}

/** Renames are lost with the power until the folder is written too. Some file systems cannot be asked to. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    await folder.close();
  }
}

/** Processes of several machines may share a folder, and have the same number. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const TEMPORARY = /\.([0-9a-f]{8})-(\d+)-(\d+)\.tmp$/;
/** No file takes that long to write. */
const LONG_AGO_MS = 3_600_000;
const BEGAN = beginningOf(process.pid);

export function temporaryName(path: string): string {
  return `${path}.${MACHINE}-${process.pid}-${BEGAN}.tmp`;
}

/** Whether a file is one of these names, and nobody writes it any more: its process is gone, or that of another machine long silent. */
export async function isTemporaryOfTheDead(path: string): Promise<boolean> {
  const [, machine, pid, began] = TEMPORARY.exec(path) ?? [];
  if (machine === undefined) return false;
  if (machine === MACHINE) return !isAlive(Number(pid), began!);
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > LONG_AGO_MS;
}

/** Processes and threads get the numbers of the dead again. */
function isAlive(pid: number, began: string): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid && beginningOf(pid) === began; // one that is us writes no more
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** When a process began, in ticks since the machine did (proc(5), `stat`, field 22); 0 where the system does not tell. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
  } catch {
    return '0';
  }
}

/** A directory would be noticed by the rename only, after others had been made; a device or a pipe would be replaced. */
async function refuseOther(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Error(`EISDIR: a directory is in the way: ${path}`);
  const behind = await stat(path).catch(() => undefined);
  if (behind !== undefined && !behind.isFile() && !behind.isDirectory())
    throw new Error(`a device, a pipe or a socket is in the way: ${path}`);
}
