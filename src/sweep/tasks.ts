/** From cells to what a worker thread replays in one go. */
import type { Task } from '../run/pool.js';
import type { SweepCell } from './cells.js';
import { cellBytes, cellCost } from './estimate.js';

export interface SweepTask extends Task {
  readonly cells: readonly SweepCell[];
  /** Estimated, in nanoseconds of one thread. */
  readonly cost: number;
  readonly bytes: number;
}

/** Tasks for the cells, one for those that share a key; the longest trace first, and of each trace the longest cell. */
export function tasksOf(cells: readonly SweepCell[]): SweepTask[] {
  const distinct = [...new Map(cells.map((cell) => [cell.key, cell])).values()];
  const tasks = distinct.map((cell) => ({
    path: cell.path,
    cells: [cell],
    cost: cellCost(cell),
    bytes: cellBytes(cell),
  }));
  const costOf = new Map<string, number>();
  for (const { path, cost } of tasks) costOf.set(path, (costOf.get(path) ?? 0) + cost);
  return tasks.sort((a, b) => costOf.get(b.path)! - costOf.get(a.path)! || b.cost - a.cost);
}
