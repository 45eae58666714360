/** Numbers and statements of papers and of the textbook. */
import type { SuiteDefinition } from './suite.js';

export const published: SuiteDefinition = {
  examples: [
    ['published', 'numbers and statements of papers and of the textbook'],
    ['published E1 B4', 'some of them'],
    ['published --record results/claims.json --claims CLAIMS.md'],
  ],
  takes: ['format', 'record'],
  files: { most: Infinity, title: 'ids of checks', help: 'ids of checks' },
  failsOnly: `for identities (EXACT), orderings (SHAPE),
and bands that the last release kept: other bands that are missed are shown`,
  async run({ whole, files, options: { format, quiet = false, record, claims } }) {
    const { verifyPublished } = await import('../verify-published.js');
    return { ...(await verifyPublished({ ids: files, whole, format, quiet, record, claims })), skipped: 0 };
  },
};
