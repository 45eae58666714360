/** Runs the cells of a sweep that nobody has run yet, and keeps what each counted as soon as it is there. */
import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { isExcluded } from '../report/result-row.js';
import type { CellResult } from '../run/cell-result.js';
import { runTasks, type PoolOptions } from '../run/pool.js';
import { cellName } from './cell-name.js';
import type { Sweep, SweepCell } from './cells.js';
import { removeLeftovers } from './leftovers.js';
import { readPlan, writePlan, type Plan } from './plan-file.js';
import { tasksOfShard, type Shard } from './shard.js';
import { CellStore, firstOf } from './store.js';
import { tasksOf, type SweepTask } from './tasks.js';

export interface SweepRun extends PoolOptions {
  /** Directory that keeps finished cells. */
  readonly out: string | undefined;
  /** Takes finished cells from there too. */
  readonly reuse: readonly string[];
  /** Takes finished cells from `out`. */
  readonly resume: boolean;
  /** Runs only a part. */
  readonly shard: Shard | undefined;
  /** Tells what the user has to know and no row says. */
  readonly say: (line: string) => void;
  readonly onBegin: (tasks: readonly SweepTask[]) => void;
  readonly onTask: (task: SweepTask) => void;
}

/** What was counted by key, and how many of the cells that were to run failed. */
export interface Counted {
  readonly results: ReadonlyMap<string, CellResult>;
  readonly failed: number;
  readonly ran: number;
}

export async function runSweep({ cells }: Sweep, plan: Plan, options: SweepRun): Promise<Counted> {
  const { out, shard, say } = options;
  if (out !== undefined) await begin(out, plan);
  const damaged = (path: string): void => say(`${path}: found a damaged cell; it is run again`);
  const store = out === undefined ? null : new CellStore(out, damaged);
  const others = await Promise.all(options.reuse.map((directory) => otherStore(directory, damaged)));

  const all = tasksOf(cells.filter(({ label }) => !isExcluded(label)));
  const own = shard === undefined ? all : tasksOfShard(all, shard);
  const results = new Map<string, CellResult>();
  const finished = async ({ key }: SweepCell): Promise<boolean> => {
    const here = options.resume ? ((await store?.read(key)) ?? null) : null;
    const result = here ?? (await firstOf(others, key));
    if (result === null) return false;
    if (here === null) await store?.write(key, result);
    results.set(key, result);
    return true;
  };
  const missing: SweepCell[] = [];
  for (const cell of own.flatMap((task) => task.cells)) if (!(await finished(cell))) missing.push(cell);

  const tasks = tasksOf(missing);
  options.onBegin(tasks);
  let failed = 0;
  await runTasks(tasks, options, async (task, outcomes) => {
    for (const [at, cell] of task.cells.entries()) {
      const outcome = outcomes[at]!;
      if ('value' in outcome) {
        await store?.write(cell.key, outcome.value);
        results.set(cell.key, outcome.value);
      } else {
        failed++;
        say(`failed: ${cellName(cell)}: ${outcome.message}`);
      }
    }
    options.onTask(task);
  });
  return { results, failed, ran: missing.length };
}

/** Says in `out` what is run there, so that another sweep is refused and a trace is not gone through again. */
export async function begin(out: string, plan: Plan): Promise<void> {
  const there = await readPlan(out);
  if (there === null) return writePlan(out, plan);
  if (there.id !== plan.id)
    throw new UsageError(
      `--out ${out}: found the sweep ${there.name}, with other cells or of another version; take another --out, ` +
        `and --reuse ${out} for those that are the same`,
    );
  await removeLeftovers(out);
}

async function otherStore(directory: string, onDamage: (path: string) => void): Promise<CellStore> {
  const there = await stat(directory).catch(() => undefined);
  if (there?.isDirectory() !== true) throw new UsageError(`--reuse ${directory}: found no folder`);
  return new CellStore(directory, onDamage);
}
