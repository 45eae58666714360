/** A result as one file: complete, or not there. */
import { UsageError } from '../errors.js';
import { intoPlace, withTemporaries } from '../report/whole-files.js';

type Move = Parameters<typeof withTemporaries>[1];

/** Fails before long work, not after it, when a file could not be written there; leaves nothing behind. */
export async function checkOutFile(path: string, option = '--out'): Promise<void> {
  await named(path, '', option, () => Promise.resolve());
}

export async function writeOutFile(path: string, text: string | Uint8Array, option = '--out'): Promise<void> {
  await named(path, text, option, intoPlace);
}

async function named(path: string, text: string | Uint8Array, option: string, move: Move): Promise<void> {
  if (path === '') throw new UsageError(`${option}: found an empty name; expected a file`);
  try {
    await withTemporaries({ [path]: text }, move);
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${(error as Error).message}`);
  }
}
