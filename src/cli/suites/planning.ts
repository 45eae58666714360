/** The planner against measured pairs of runs. */
import type { SuiteDefinition } from './suite.js';

export const planning: SuiteDefinition = {
  examples: [['planning', 'the planner against measured pairs of runs: its error']],
  takes: ['format', 'markdown'],
  files: { most: 0, title: 'no files' },
  neverFails: 'The error of planning is shown, and is no failure',
  async run({ whole, options: { format } }) {
    const { printBackTests, printSummaries } = await import('../verify-planning.js');
    if (whole) printBackTests(format);
    else printSummaries();
    return null;
  },
};
