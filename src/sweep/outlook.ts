/** What a sweep would run, and what that takes. Time and memory are estimates: see estimate.ts. */
import { isExcluded, type Point } from '../report/result-row.js';
import type { Sweep } from './cells.js';
import { cellBytes, cellCost, traceBytes } from './estimate.js';
import type { Plan } from './plan-file.js';
import { CellStore } from './store.js';
import { tasksOf } from './tasks.js';

export interface Outlook {
  readonly schema: 'vmmu/sweep-plan@1';
  readonly id: string;
  readonly name: string;
  readonly workers: number;
  /** Different replays that all cells take. */
  readonly replays: number;
  /** Replays that are finished; null where nobody said where. */
  readonly finished: number | null;
  /** Of those that are not. */
  readonly seconds: number;
  /** Of the largest cell and its trace. */
  readonly memoryBytes: number;
  readonly cells: readonly CellOutlook[];
}

export interface CellOutlook {
  readonly key: string;
  readonly trace: string;
  readonly machine: string;
  readonly strategy: string;
  readonly point: Point;
  readonly exactness: string;
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly finished: boolean | null;
}

export async function outlook(
  { cells }: Sweep,
  { id, name }: Plan,
  out: string | undefined,
  workers: number,
  onDamage: (path: string) => void,
): Promise<Outlook> {
  const store = out === undefined ? null : new CellStore(out, onDamage);
  const tasks = tasksOf(cells.filter(({ label }) => !isExcluded(label)));
  const finished = new Set<string>();
  if (store !== null)
    for (const { key } of tasks.flatMap((task) => task.cells)) if ((await store.read(key)) !== null) finished.add(key);
  const left = tasks.filter((task) => task.cells.some(({ key }) => !finished.has(key)));
  return {
    schema: 'vmmu/sweep-plan@1',
    id,
    name,
    workers,
    replays: tasks.reduce((sum, task) => sum + task.cells.length, 0),
    finished: store === null ? null : finished.size,
    seconds: left.reduce((sum, { cost }) => sum + cost, 0) / 1e9 / Math.max(1, Math.min(workers, left.length)),
    memoryBytes: Math.max(0, ...tasks.map(({ bytes, cells: [cell] }) => bytes + traceBytes(cell!.survey))),
    cells: cells.map((cell) => {
      const { key, point, label } = cell;
      const runs = !isExcluded(label);
      return {
        key,
        trace: label.trace,
        machine: label.config.machine.name,
        strategy: label.strategy,
        point,
        exactness: label.exactness,
        seconds: runs ? cellCost(cell) / 1e9 : 0,
        memoryBytes: runs ? cellBytes(cell) : 0,
        finished: store === null ? null : finished.has(key),
      };
    }),
  };
}
