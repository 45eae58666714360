/** Fills the table of walk costs over worker threads. */
import { availableParallelism } from 'node:os';
import { Threads } from '../run/threads.js';
import type { WalkCost, WalkCostTable, WalkTask } from './walk-costs.js';

export interface MeasureOptions {
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onTask?: (task: WalkTask) => void;
}

/** The longest first, so that no thread is left with one at the end. */
export async function measureWalks(
  tasks: readonly WalkTask[],
  table: WalkCostTable,
  { workers = availableParallelism(), signal, onTask }: MeasureOptions,
): Promise<void> {
  if (tasks.length === 0) return;
  signal?.throwIfAborted();
  const threads = new Threads<WalkTask, WalkCost>(new URL('./walk-worker.js', import.meta.url), Math.min(workers, tasks.length));
  const stop = (): void => void threads.stop();
  signal?.addEventListener('abort', stop);
  const ordered = [...tasks].sort((a, b) => Number(a.near) - Number(b.near) || b.footprintMib - a.footprintMib);
  try {
    await Promise.all(
      ordered.map(async (task) => {
        table.set(task, await threads.run(task));
        onTask?.(task);
      }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await threads.stop();
  }
}
