/** Results as files in a directory: all of them, or none. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import { pageWalksCsv, summaryCsv, vmmInvocationsCsv } from './csv.js';
import type { Manifest } from './manifest.js';
import type { ResultRow } from './result-row.js';
import { intoPlace, withTemporaries } from './whole-files.js';

type Files = Readonly<Record<'summary.csv' | 'page-walks.csv' | 'vmm-invocations.csv' | 'manifest.json', string>>;

/** Fails before a long replay, not after it, when results could not be written there; leaves nothing behind. */
export async function checkOutDir(directory: string): Promise<void> {
  const empty: Files = { 'summary.csv': '', 'page-walks.csv': '', 'vmm-invocations.csv': '', 'manifest.json': '' };
  await named(directory, async () => {
    const made = await makeFolders(resolve(directory));
    try {
      await withTemporaries(inside(directory, empty), () => Promise.resolve());
    } finally {
      if (made !== undefined) await rm(made, { recursive: true });
    }
  });
}

/**
 * Writes summary.csv, page-walks.csv, vmm-invocations.csv and manifest.json: all, or none.
 * @throws UsageError if the directory cannot be written
 */
export async function writeOutDir(directory: string, rows: readonly ResultRow[], manifest: Manifest): Promise<void> {
  const files: Files = {
    'summary.csv': summaryCsv(rows),
    'page-walks.csv': pageWalksCsv(rows),
    'vmm-invocations.csv': vmmInvocationsCsv(rows),
    'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
  };
  await writeFolder(directory, files);
}

/** @param files contents by name @param option that named the directory, for messages */
export async function writeFolder(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  option = '--out',
): Promise<void> {
  await named(
    directory,
    async () => {
      await makeFolders(resolve(directory));
      await withTemporaries(inside(directory, files), intoPlace);
    },
    option,
  );
}

function inside<T>(directory: string, files: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [join(directory, name), text]));
}

async function named(directory: string, work: () => Promise<void>, option = '--out'): Promise<void> {
  if (directory === '') throw new UsageError(`${option}: found an empty name; expected a folder`);
  await work().catch((error: unknown) => {
    throw new UsageError(`${option} ${directory}: ${(error as Error).message}`);
  });
}

/** Makes a folder and those above it; the uppermost that was made. (Node's own `recursive` never returns in /proc.) */
async function makeFolders(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return undefined;
  const uppermost = found === undefined ? await makeFolders(dirname(path)) : undefined;
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have made it since.
    const other = await stat(path).catch(() => undefined);
    if (other?.isDirectory() !== true) throw error;
  }
  return uppermost ?? path;
}
