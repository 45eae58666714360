/** From cells to what a worker thread replays in one go: a cell, or cells that one pass answers together. */
import { outermost } from '../run/outermost.js';
import type { Task } from '../run/pool.js';
import { togetherness } from '../run/together.js';
import type { SweepCell } from './cells.js';
import { cellBytes, cellCost, togetherCost } from './estimate.js';

export interface SweepTask extends Task {
  readonly cells: readonly SweepCell[];
  /** Estimated, in nanoseconds of one thread. */
  readonly cost: number;
  readonly bytes: number;
}

/** Fewer cells are replayed as fast one by one. */
const LEAST_TOGETHER = 4;
/** Tasks for each that can run at a time, so that they end at about the same time. */
const TASKS_EACH = 2;

export interface Division {
  /** Tasks that can run at a time. */
  readonly parallel: number;
  /** Each cell by itself. */
  readonly apart: boolean;
}

/** Tasks for the cells, which share keys or do not; the longest trace first, and of each trace the longest task. */
export function tasksOf(cells: readonly SweepCell[], { parallel, apart }: Division): SweepTask[] {
  const distinct = [...new Map(cells.map((cell) => [cell.key, cell])).values()];
  const groups = apart ? distinct.map((cell) => [cell]) : together(distinct);
  const tasks = divided(groups.map(taskOf), parallel);
  const costOf = new Map<string, number>();
  for (const { path, cost } of tasks) costOf.set(path, (costOf.get(path) ?? 0) + cost);
  return tasks.sort((a, b) => costOf.get(b.path)! - costOf.get(a.path)! || b.cost - a.cost);
}

function together(cells: readonly SweepCell[]): SweepCell[][] {
  const paths = [...new Set(cells.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const own = cells.filter((cell) => cell.path === path);
    return togetherness(own.map(({ spec }) => spec)).flatMap((group) => {
      const members = group.map((at) => own[at]!);
      return members.length < LEAST_TOGETHER ? members.map((cell) => [cell]) : [members];
    });
  });
}

function taskOf(cells: readonly SweepCell[]): SweepTask {
  return {
    path: cells[0]!.path,
    cells,
    cost: cells.length === 1 ? cellCost(cells[0]!) : togetherCost(cells),
    // What the pass for all TLBs took may still be there while a cell is replayed behind its own.
    bytes: (cells.length === 1 ? 1 : 2) * Math.max(...cells.map(cellBytes)),
  };
}

/** Halves tasks that others would have to wait for. */
function divided(tasks: readonly SweepTask[], parallel: number): SweepTask[] {
  const done = [...tasks];
  while (parallel > 1 && done.length > 0 && done.length < TASKS_EACH * TASKS_EACH * parallel) {
    const longest = done.reduce((most, task) => (task.cost > most.cost ? task : most));
    const share = done.reduce((sum, { cost }) => sum + cost, 0) / (TASKS_EACH * parallel);
    if (longest.cost <= share || longest.cells.length < 2 * LEAST_TOGETHER) break;
    done.splice(done.indexOf(longest), 1, ...halves(longest.cells).map(taskOf));
  }
  return done;
}

/** Two parts that have few TLBs, and few numbers of sets, in common. */
function halves(cells: readonly SweepCell[]): [SweepCell[], SweepCell[]] {
  const sorted = cells.toSorted((a, b) => outermost(a.spec.config.machine.tlb) - outermost(b.spec.config.machine.tlb));
  const half = Math.ceil(sorted.length / 2);
  return [sorted.slice(0, half), sorted.slice(half)];
}
