/** Translations against vectors of processor emulators. */
import type { Difference } from '../../verify/vectors.js';
import { VECTOR_SUITES, vectorsPath } from '../shipped.js';
import { print } from './judged.js';
import type { SuiteDefinition } from './suite.js';

export const vectors: SuiteDefinition = {
  examples: [
    ['vectors mine.jsonl.gz', 'vectors of your own, plain or compressed'],
    ['vectors mine.jsonl --all', 'every field that differs, not only the first'],
  ],
  takes: [],
  files: { most: Infinity, title: 'files of vectors' },
  async run({ files, options: { all = false, vendor } }) {
    const { readVectors } = await import('../../verify/vector-file.js');
    const { differencesOf } = await import('../../verify/vectors.js');
    const tally = { passed: 0, failed: 0, skipped: 0 };
    for (const file of files.length > 0 ? files : VECTOR_SUITES.map(vectorsPath))
      for await (const vector of readVectors(file)) {
        if (vendor === 'amd' && vector.amdDiffers !== undefined) {
          tally.skipped++;
          continue;
        }
        const differences = differencesOf(vector);
        if (differences.length === 0) tally.passed++;
        else tally.failed++;
        for (const difference of all ? differences : differences.slice(0, 1))
          print(`${vector.id}: ${text(difference, all)}`);
      }
    return tally;
  },
};

const WIDTH = 100;

function text({ field, expected, found }: Difference, whole: boolean): string {
  const cut = (value: string): string => (whole || value.length <= WIDTH ? value : `${value.slice(0, WIDTH)}…`);
  return `${field}: expected ${cut(expected)}, found ${cut(found)}`;
}
