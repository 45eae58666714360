/**
 * Cells over worker threads. Each trace is decoded once, into memory that the workers share, while the cells of the one
 * before it run; a trace too large for that is read by each of its cells from the file instead.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { openAnyTrace } from '../trace/open.js';
import { loadShared, type SharedTrace } from '../trace/shared.js';
import { abortable } from '../trace/source.js';
import type { CellResult } from './cell-result.js';
import type { CellSpec } from './cell.js';
import { valueOf, type Outcome } from './outcome.js';

/** Decoded traces may take this much memory, in bytes; two are held at a time. */
const SHARED_BUDGET = 2 ** 31;

/** One trace and the cells that replay it. */
export interface TraceJob {
  readonly path: string;
  readonly cells: readonly CellSpec[];
}

export interface CellTask {
  readonly spec: CellSpec;
  /** The decoded trace, or the path of one that was too large to share. */
  readonly trace: SharedTrace | string;
}

export interface RunOptions {
  /** Worker threads; by default one for each processor. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onCell?: ((spec: CellSpec) => void) | undefined;
}

/** Results in the order of the jobs and their cells, whatever the number of workers. */
export async function runJobs(jobs: readonly TraceJob[], options: RunOptions): Promise<CellResult[][]> {
  const cellCount = jobs.reduce((sum, { cells }) => sum + cells.length, 0);
  const threads = Math.max(1, Math.min(options.workers ?? availableParallelism(), cellCount));
  const pool = new Piscina<CellTask, Outcome<CellResult>>({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  });
  const stop = stopper(pool);
  const { signal } = options;
  signal?.addEventListener('abort', () => void stop(), { once: true });
  try {
    const running: Promise<CellResult[]>[] = [];
    for (const [position, { path, cells }] of jobs.entries()) {
      await running[position - 2];
      const source = abortable(await openAnyTrace(path), signal);
      const trace = (await loadShared(source, SHARED_BUDGET)) ?? path;
      const results = cells.map(async (spec) => {
        const result = valueOf(await pool.run({ spec, trace }), path);
        options.onCell?.(spec);
        return result;
      });
      const all = Promise.all(results);
      all.catch(() => undefined); // awaited below; a failure must not count as unhandled until then
      running.push(all);
    }
    return await Promise.all(running);
  } finally {
    await stop();
  }
}

/** Ends the threads, once. Node 20 can crash when a thread is ended while it loads its modules: each says first that it has. */
function stopper(pool: Piscina<CellTask, Outcome<CellResult>>): () => Promise<void> {
  const loaded = pool.threads.map((thread) => Promise.race([once(thread, 'message'), once(thread, 'exit')]));
  const allLoaded = Promise.allSettled(loaded);
  let stopped: Promise<void> | undefined;
  return () => {
    for (const thread of pool.threads) thread.ref();
    return (stopped ??= allLoaded.then(() => pool.destroy()));
  };
}
