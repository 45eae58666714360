/** `vmmu verify planning`: the error of the planner. It is shown, and nothing is said to have passed or failed. */
import { backTests, errorPercent, inside, type BackTests } from '../plan/backtest/backtest.js';
import { backTestReport, summaryOf } from '../plan/backtest/sheets.js';
import { WalkCostTable } from '../plan/walk-costs.js';
import { reportMarkdown } from '../report/markdown.js';
import { reportText } from '../report/table.js';

export function printBackTests(format: 'table' | 'json' | 'markdown'): void {
  const tests = backTests(new WalkCostTable());
  if (format === 'json') return print(`${JSON.stringify(documentOf(tests), null, 2)}\n`);
  const report = { ...backTestReport(tests), notes: tests.map(summaryOf) };
  print(format === 'markdown' ? reportMarkdown(report) : reportText(report));
}

export function printSummaries(): void {
  for (const test of backTests(new WalkCostTable())) print(`${summaryOf(test)}\n`);
}

function documentOf(tests: readonly BackTests[]) {
  return {
    schema: 'vmmu/verify-planning@1',
    tests: tests.map(({ rows, ...test }) => ({
      ...test,
      rows: rows.map((row) => ({ ...row, errorPercent: errorPercent(row), inside: inside(row) })),
    })),
  };
}

function print(text: string): void {
  process.stdout.write(text);
}
