/**
 * Cells over worker threads. Each trace is decoded once, into memory that the workers share, while the cells of the one
 * before it run; a trace too large for that is read by each of its cells from the file instead.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { openAnyTrace } from '../trace/open.js';
import { loadShared, type SharedTrace } from '../trace/shared.js';
import { abortable } from '../trace/source.js';
import type { CellResult } from './cell-result.js';
import type { CellSpec } from './cell.js';
import { MemoryClaims, type Claim } from './memory-claims.js';
import type { MissCacheAt } from './miss-cache.js';
import { failure, type Outcome } from './outcome.js';
import { Lost, Threads } from './threads.js';

/** A decoded trace may take this much memory, in bytes, or a quarter of what is allowed; two are held at a time. */
const SHARED_BUDGET = 2 ** 31;
const SHARED_PART = 1 / 4;

/** Cells of one trace that a thread replays together. */
export interface Task {
  readonly path: string;
  readonly cells: readonly { readonly spec: CellSpec }[];
  /** Memory that it takes beside the trace; none to speak of if nobody has said. */
  readonly bytes?: number;
  /** Where misses of TLBs are kept. */
  readonly misses?: MissCacheAt | undefined;
}

/** What a thread is sent. */
export interface ThreadTask {
  readonly specs: readonly CellSpec[];
  /** The decoded trace, or the path of one that was too large to share. */
  readonly trace: SharedTrace | string;
  readonly misses?: MissCacheAt | undefined;
}

/** How many threads, and what ends them. */
export interface PoolOptions {
  /** Worker threads; by default one for each processor. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What running cells and decoded traces may take together. */
  readonly memoryBytes?: number | undefined;
  /** For each cell. */
  readonly timeoutSeconds?: number | undefined;
}

type Done<T> = (task: T, outcomes: readonly Outcome<CellResult>[]) => void | Promise<void>;
type Pool = Threads<ThreadTask, Outcome<CellResult>[]>;

interface Loaded {
  readonly trace: ThreadTask['trace'];
  readonly claim: Claim;
}

/**
 * Begins the tasks in their order, trace by trace, and tells `done` of each the outcomes of its cells. An error of `done`, or of a trace,
 * ends all; what befalls a cell or its thread is its outcome.
 */
export async function runTasks<T extends Task>(
  tasks: readonly T[],
  options: PoolOptions,
  done: Done<T>,
): Promise<void> {
  const { workers = availableParallelism(), signal, memoryBytes = Infinity, timeoutSeconds } = options;
  const threadCount = Math.max(1, Math.min(workers, tasks.length));
  const claims = new MemoryClaims(memoryBytes, threadCount);
  const threads: Pool = new Threads(new URL('./worker.js', import.meta.url), threadCount);
  /** Aborted by who runs the tasks, and by the first failure. */
  const ending = new AbortController();
  const fail = (reason: unknown): void => ending.abort(reason);
  const broken = once(ending.signal, 'abort').then(() => Promise.reject(ending.signal.reason as Error));
  broken.catch(() => undefined);
  const onAbort = (): void => fail(signal!.reason);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort);

  const load = async (path: string): Promise<Loaded> => {
    const budget = Math.min(SHARED_BUDGET, SHARED_PART * memoryBytes);
    const claim = await Promise.race([claims.forTrace(budget), broken]);
    const trace = await loadShared(abortable(await openAnyTrace(path), ending.signal), budget);
    claim.shrink(trace?.bytes ?? 0);
    return { trace: trace ?? path, claim };
  };
  const begin = async (task: T, trace: ThreadTask['trace'], claim: Claim): Promise<void> => {
    const specs = task.cells.map(({ spec }) => spec);
    const found = await outcomes(threads, { specs, trace, misses: task.misses }, timeoutSeconds).finally(() =>
      claim.end(),
    );
    await done(task, found);
  };
  const all: Promise<void>[] = [];
  try {
    const traces = byTrace(tasks);
    let next = traces[0] === undefined ? null : load(traces[0].path);
    for (const [at, { tasks }] of traces.entries()) {
      const { trace, claim } = await next!;
      const following = traces[at + 1];
      next = following === undefined ? null : load(following.path);
      next?.catch(fail);
      const first = all.length;
      for (const task of tasks) {
        const work = begin(task, trace, await Promise.race([claims.forCell(task.bytes ?? 0), broken]));
        work.catch(fail);
        all.push(work);
      }
      void Promise.allSettled(all.slice(first)).then(() => claim.end());
    }
    await Promise.race([Promise.all(all), broken]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await threads.stop();
    await Promise.allSettled(all);
  }
}

/** What comes of the cells of a task. If its thread is lost, each is tried by itself; one whose thread died, once more. */
async function outcomes(
  threads: Pool,
  task: ThreadTask,
  timeoutSeconds = Infinity,
  again = true,
): Promise<Outcome<CellResult>[]> {
  const { specs, trace } = task;
  try {
    return await threads.run(task, specs.length * timeoutSeconds);
  } catch (error) {
    if (!(error instanceof Lost) || error.stopped) throw error;
    if (specs.length > 1) {
      const alone: Outcome<CellResult>[] = [];
      for (const spec of specs) alone.push(...(await outcomes(threads, { specs: [spec], trace }, timeoutSeconds)));
      return alone;
    }
    return error.died && again ? outcomes(threads, task, timeoutSeconds, false) : [failure(error)];
  }
}

function byTrace<T extends Task>(tasks: readonly T[]): { readonly path: string; readonly tasks: readonly T[] }[] {
  const paths = [...new Set(tasks.map(({ path }) => path))];
  return paths.map((path) => ({ path, tasks: tasks.filter((task) => task.path === path) }));
}
