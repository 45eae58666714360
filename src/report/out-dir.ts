/** Results as files in a directory: all of them, or none. */
import { lstat, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { pageWalksCsv, summaryCsv, vmmInvocationsCsv } from './csv.js';
import type { Manifest } from './manifest.js';
import type { ResultRow } from './result-row.js';

type Files = Readonly<Record<'summary.csv' | 'page-walks.csv' | 'vmm-invocations.csv' | 'manifest.json', string>>;

/** Fails before a long replay, not after it, when results could not be written there; leaves nothing behind. */
export async function checkOutDir(directory: string): Promise<void> {
  const empty: Files = { 'summary.csv': '', 'page-walks.csv': '', 'vmm-invocations.csv': '', 'manifest.json': '' };
  await named(directory, async () => {
    const made = await makeFolders(resolve(directory));
    try {
      await withTemporaries(directory, empty, () => Promise.resolve());
    } finally {
      if (made !== undefined) await rm(made, { recursive: true });
    }
  });
}

export async function writeOutDir(directory: string, rows: readonly ResultRow[], manifest: Manifest): Promise<void> {
  const files: Files = {
    'summary.csv': summaryCsv(rows),
    'page-walks.csv': pageWalksCsv(rows),
    'vmm-invocations.csv': vmmInvocationsCsv(rows),
    'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
  };
  await named(directory, async () => {
    await makeFolders(resolve(directory));
    await withTemporaries(directory, files, async (moves) => {
      for (const { to, temporary } of moves) await rename(temporary, to);
    });
  });
}

async function named(directory: string, work: () => Promise<void>): Promise<void> {
  if (directory === '') throw new UsageError('--out: found an empty name; expected a folder');
  await work().catch((error: unknown) => {
    throw new UsageError(`--out ${directory}: ${(error as Error).message}`);
  });
}

/** Makes a folder and those above it; the uppermost that was made. (Node's own `recursive` never returns in /proc.) */
async function makeFolders(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return undefined;
  const uppermost = found === undefined ? await makeFolders(dirname(path)) : undefined;
  await mkdir(path);
  return uppermost ?? path;
}

interface Move {
  readonly to: string;
  readonly temporary: string;
}

/** Every file is complete under a temporary name before the first takes its place. */
async function withTemporaries(
  directory: string,
  files: Files,
  work: (moves: readonly Move[]) => Promise<void>,
): Promise<void> {
  const moves = Object.entries(files).map(([name, text]) => {
    const to = join(directory, name);
    return { to, temporary: `${to}.${process.pid}.tmp`, text };
  });
  try {
    for (const { to, temporary, text } of moves) {
      await refuseDirectory(to);
      await writeFile(temporary, text, { flush: true });
    }
    await work(moves);
  } finally {
    for (const { temporary } of moves) await rm(temporary, { force: true });
  }
}

/** The one thing in the way that only the rename would notice, after others had been made. */
async function refuseDirectory(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Error(`EISDIR: a directory is in the way: ${path}`);
}
