/** Published reference counts of walks against arithmetic. */
import { readText } from '../options.js';
import { REFERENCE_COUNTS } from '../shipped.js';
import { print } from './judged.js';
import type { SuiteDefinition } from './suite.js';

export const formula: SuiteDefinition = {
  examples: [['formula', 'references per walk of every pair of tables and page sizes']],
  takes: [],
  files: { most: Infinity, title: 'files of reference counts' },
  async run({ files }) {
    const { checkCounts, labelOf, parseCounts } = await import('../../verify/formula.js');
    const tally = { passed: 0, failed: 0, skipped: 0 };
    for (const file of files.length > 0 ? files : [REFERENCE_COUNTS])
      for (const row of parseCounts(readText(file), file)) {
        const complaint = checkCounts(row);
        if (complaint === null) tally.passed++;
        else tally.failed++;
        if (complaint !== null) print(`${labelOf(row)}: ${complaint}`);
      }
    return tally;
  },
};
