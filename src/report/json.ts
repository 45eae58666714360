/** JSON: the rows as they are. */
import { withoutEmptyPoint } from './points.js';
import type { ResultRow } from './result-row.js';

/** One document. */
export function json(rows: readonly ResultRow[]): string {
  return `${JSON.stringify({ schema: 'vmmu/run@1', rows }, withoutEmptyPoint, 2)}\n`;
}

/** One row on each line. */
export function ndjson(rows: readonly ResultRow[]): string {
  return rows.map((row) => `${JSON.stringify(row, withoutEmptyPoint)}\n`).join('');
}
