/** The forms in which results are printed, by the name that `--format` takes. */
import { arrow } from './arrow.js';
import { summaryCsv } from './csv.js';
import { json, ndjson } from './json.js';
import { latex } from './latex.js';
import { markdown } from './markdown.js';
import type { ResultRow } from './result-row.js';
import { table } from './table.js';

/** A form in which results are printed. */
export interface ReportFormat {
  readonly title: string;
  /** Text, or the bytes of a binary form. */
  readonly render: (rows: readonly ResultRow[]) => string | Promise<Uint8Array>;
}

/** Forms of results by name. */
export const FORMATS = {
  table: { title: 'tables for a terminal', render: table },
  csv: { title: 'the summary as CSV, one line for each cell', render: summaryCsv },
  json: { title: 'one JSON document with everything', render: json },
  ndjson: { title: 'one JSON row on each line', render: ndjson },
  markdown: { title: 'the tables in Markdown', render: markdown },
  latex: { title: 'the tables in LaTeX (booktabs)', render: latex },
  arrow: { title: 'the summary as an Apache Arrow IPC stream', render: arrow },
} as const satisfies Record<string, ReportFormat>;
