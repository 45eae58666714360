/** A result as one file: complete, or not there. */
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.js';

export async function writeOutFile(path: string, text: string): Promise<void> {
  if (path === '') throw new UsageError('--out: found an empty name; expected a file');
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw new Error('EISDIR: a directory is in the way');
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    throw new UsageError(`--out ${path}: ${(error as Error).message}`);
  } finally {
    await rm(temporary, { force: true });
  }
}
