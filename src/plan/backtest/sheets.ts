/** The error of the planner as tables. */
import { decimal } from '../../report/number-text.js';
import { left, right, type Report, type Sheet } from '../../report/sheet.js';
import { errorPercent, inside, type BackTests } from './backtest.js';

export function backTestReport(tests: readonly BackTests[]): Report {
  return { sections: [{ title: 'The planner against measured pairs', sheets: tests.map(sheetOf) }], notes: [] };
}

function sheetOf({ title, rows }: BackTests): Sheet {
  const sources = [...new Set(rows.map(({ source }) => source))];
  return {
    title,
    columns: [left('what'), right('measured'), right('likely'), right('range'), right('error %'), left('in range')],
    groups: sources.map((source) => ({
      heading: source,
      rows: rows
        .filter((row) => row.source === source)
        .map((row) => [
          row.what,
          decimal(row.measured, 2),
          decimal(row.predicted.likely, 2),
          `${decimal(row.predicted.low, 2)} – ${decimal(row.predicted.high, 2)}`,
          decimal(errorPercent(row), 0),
          inside(row) ? 'yes' : 'no',
        ]),
    })),
  };
}

/** Of all rows of a kind. */
export function summaryOf({ title, from, rows }: BackTests): string {
  const errors = rows.map((row) => Math.abs(errorPercent(row))).sort((a, b) => a - b);
  const median = errors[Math.floor(errors.length / 2)]!;
  const most = errors.at(-1)!;
  const within = rows.filter(inside).length;
  return `${title} (${from}): ${within} of ${rows.length} measured values lie in the range; what was likely is off by ${decimal(median, 0)} % in the median and by ${decimal(most, 0)} % at most.`;
}
