/** Traces and test vectors that come with vmmu, by name. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unknownName } from '../config/names.js';
import { UsageError } from '../errors.js';
import { LARGE_TRACES, shippedNames, shippedPath } from '../trace/shipped.js';

const VECTORS = fileURLToPath(new URL('../../test/vectors/', import.meta.url));

/** Path of a trace given as a file or as the name of a shipped one. */
export function tracePath(given: string): string {
  if (existsSync(given)) return given;
  const names = shippedNames();
  if (names.includes(given) || LARGE_TRACES.includes(given)) return shippedPath(given);
  if (/[./\\]/.test(given)) throw new UsageError(`${given}: no such file`);
  throw new UsageError(`no such file, and ${unknownName('shipped trace', given, names)}`);
}

export const VECTOR_SUITES = ['native', 'npt', 'ept'] as const;

export function vectorsPath(suite: (typeof VECTOR_SUITES)[number]): string {
  return `${VECTORS}${suite}.jsonl.gz`;
}

/** What came out of the checks of published results at the last release. */
export const RECORDED_CLAIMS = fileURLToPath(new URL('../../results/claims.json', import.meta.url));

/** Published reference counts of walks. */
export const REFERENCE_COUNTS = `${VECTORS}reference_counts.json`;
