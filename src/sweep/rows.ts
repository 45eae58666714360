/** The rows of a sweep, in the order of its cells: those that were counted and those that are excluded. */
import { isExcluded, type ResultRow } from '../report/result-row.js';
import { rowOf } from '../run/candidate.js';
import type { CellResult } from '../run/cell-result.js';
import type { PlannedCell } from './plan-file.js';

export function sweepRows(cells: readonly PlannedCell[], results: ReadonlyMap<string, CellResult>): ResultRow[] {
  return cells.flatMap(({ key, label, point }) => {
    const result = results.get(key) ?? null;
    return result === null && !isExcluded(label) ? [] : [rowOf(label, result, point)];
  });
}
