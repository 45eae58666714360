/** A part of a sweep for one of several machines. */
import type { SweepTask } from './tasks.js';

export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** Deals tasks so that shards cost about the same: the longest first, each to the shard that has least. */
export function tasksOfShard(tasks: readonly SweepTask[], { number, of }: Shard): SweepTask[] {
  const costs = Array.from({ length: of }, () => 0);
  const longestFirst = tasks.toSorted((a, b) => b.cost - a.cost || (a.cells[0]!.key < b.cells[0]!.key ? -1 : 1));
  const own = new Set<SweepTask>();
  for (const task of longestFirst) {
    const least = costs.indexOf(Math.min(...costs));
    costs[least]! += task.cost;
    if (least === number - 1) own.add(task);
  }
  return tasks.filter((task) => own.has(task));
}
