/** A plan whose walks are replayed over worker threads. */
import { availableParallelism } from 'node:os';
import { Threads } from '../run/threads.js';
import type { Fleet } from './fleet.js';
import { planOf, type Plan } from './plan.js';
import { WalkCostTable, type WalkCost, type WalkTask } from './walk-costs.js';

interface MeasureOptions {
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** @param of how many there are */
  readonly onTask?: (task: WalkTask, of: number) => void;
}

export async function measuredPlan(fleet: Fleet, options: MeasureOptions): Promise<Plan> {
  const walks = new WalkCostTable();
  await measureWalks(
    walks.missing(() => planOf(fleet, walks)),
    walks,
    options,
  );
  return planOf(fleet, walks);
}

/** The longest first, so that no thread is left with one at the end. */
async function measureWalks(
  tasks: readonly WalkTask[],
  table: WalkCostTable,
  { workers = availableParallelism(), signal, onTask }: MeasureOptions,
): Promise<void> {
  if (tasks.length === 0) return;
  signal?.throwIfAborted();
  const threads = new Threads<WalkTask, WalkCost>(
    new URL('./walk-worker.js', import.meta.url),
    Math.min(workers, tasks.length),
  );
  const stop = (): void => void threads.stop();
  signal?.addEventListener('abort', stop);
  const ordered = [...tasks].sort((a, b) => Number(a.near) - Number(b.near) || b.footprintMib - a.footprintMib);
  try {
    await Promise.all(
      ordered.map(async (task) => {
        table.set(task, await threads.run(task));
        onTask?.(task, tasks.length);
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
