/** One part of an experiment after the other: between two of them an interrupt is seen. */
import type { ExperimentOptions } from './experiment.js';

export async function parts<T, R>(
  items: readonly T[],
  run: (item: T) => R,
  { signal }: ExperimentOptions,
  progress: () => void,
): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) {
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    done.push(run(item));
    progress();
  }
  return done;
}
