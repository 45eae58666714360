/** Files of results as text, and text as JSON. */
import { readFile } from 'node:fs/promises';
import { UsageError, unreadable } from '../errors.js';

/** @throws UsageError where the system does not give it */
export async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

/** A mark of the byte order in front is passed over. @param expected for the message @throws UsageError */
export function parseJson(text: string, path: string, expected: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    throw new UsageError(`${path}: found no JSON; expected ${expected}`);
  }
}
