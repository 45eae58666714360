/** A result as one file: complete, or not there. */
import { UsageError } from '../errors.js';
import { intoPlace, withTemporaries } from '../report/whole-files.js';

export async function writeOutFile(path: string, text: string): Promise<void> {
  if (path === '') throw new UsageError('--out: found an empty name; expected a file');
  try {
    await withTemporaries({ [path]: text }, intoPlace);
  } catch (error) {
    throw new UsageError(`--out ${path}: ${(error as Error).message}`);
  }
}
