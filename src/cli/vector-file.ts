/** Test vectors by id, from a file or from those that come with vmmu. */
import { closest } from 'fastest-levenshtein';
import { UsageError } from '../errors.js';
import { readVectors } from '../verify/vector-file.js';
import type { Vector } from '../verify/vectors.js';
import { VECTOR_SUITES, vectorsPath } from './shipped.js';

export interface FoundVector {
  readonly vector: Vector;
  readonly file: string;
}

/** @param file where to look; without one, the shipped file that the id names */
export async function findVector(id: string, file: string | undefined): Promise<FoundVector> {
  const path = file ?? vectorsPath(suiteOf(id));
  const shown = file ?? `test/vectors/${suiteOf(id)}.jsonl.gz`;
  const others: string[] = [];
  for await (const vector of readVectors(path)) {
    if (vector.id === id) return { vector, file: shown };
    others.push(vector.id);
  }
  throw new UsageError(`${shown}: no vector '${id}' among ${others.length} (nearest: ${closest(id, others)})`);
}

function suiteOf(id: string): (typeof VECTOR_SUITES)[number] {
  const suite = VECTOR_SUITES.find((name) => id.startsWith(`${name}-`));
  if (suite === undefined)
    throw new UsageError(
      `--vector: found '${id}'; expected an id that begins with ${VECTOR_SUITES.join('-, ')}-, or --file`,
    );
  return suite;
}
