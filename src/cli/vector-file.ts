/** Test vectors by id, from a file or from those that come with vmmu. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { closest } from 'fastest-levenshtein';
import { UsageError } from '../errors.js';
import type { Vector } from '../verify/vectors.js';

const FOLDER = fileURLToPath(new URL('../../test/vectors/', import.meta.url));
const SUITES = ['native', 'npt', 'ept'] as const;

export interface FoundVector {
  readonly vector: Vector;
  readonly file: string;
}

/** @param file where to look; without one, the shipped file that the id names */
export function findVector(id: string, file: string | undefined): FoundVector {
  const path = file ?? `${FOLDER}${suiteOf(id)}.jsonl.gz`;
  const shown = file ?? `test/vectors/${suiteOf(id)}.jsonl.gz`;
  const lines = textOf(path)
    .split('\n')
    .filter((line) => line !== '');
  const line = lines.find((one) => one.includes(`"${id}"`) && idOf(one, shown) === id);
  if (line === undefined) {
    const nearest = closest(
      id,
      lines.map((one) => idOf(one, shown)),
    );
    throw new UsageError(`${shown}: no vector '${id}' among ${lines.length} (nearest: ${nearest})`);
  }
  try {
    return { vector: JSON.parse(line) as Vector, file: shown };
  } catch (error) {
    throw new UsageError(`${shown}: vector ${id}: ${(error as Error).message}`);
  }
}

function suiteOf(id: string): string {
  const suite = SUITES.find((name) => id.startsWith(`${name}-`));
  if (suite === undefined)
    throw new UsageError(`--vector: found '${id}'; expected an id that begins with ${SUITES.join('-, ')}-, or --file`);
  return suite;
}

/** The id alone: parsing thousands of lines takes long. */
function idOf(line: string, path: string): string {
  const id = /"id": ?"([^"]*)"/.exec(line)?.[1];
  if (id === undefined) throw new UsageError(`${path}: found a line without an id; expected test vectors, one a line`);
  return id;
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`}`);
  }
}
