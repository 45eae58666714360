/** Files that are complete, or not there: each is written under a temporary name, and all are before the first takes its place. */
import { lstat, rename, rm, stat, writeFile } from 'node:fs/promises';

interface Move {
  readonly to: string;
  readonly temporary: string;
}

/** @param files text by path */
export async function withTemporaries(
  files: Readonly<Record<string, string>>,
  work: (moves: readonly Move[]) => Promise<void>,
): Promise<void> {
  const moves = Object.entries(files).map(([to, text]) => ({ to, temporary: `${to}.${process.pid}.tmp`, text }));
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
}

/** A directory would be noticed by the rename only, after others had been made; a device or a pipe would be replaced. */
async function refuseOther(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Error(`EISDIR: a directory is in the way: ${path}`);
  const behind = await stat(path).catch(() => undefined);
  if (behind !== undefined && !behind.isFile() && !behind.isDirectory())
    throw new Error(`a device, a pipe or a socket is in the way: ${path}`);
}
