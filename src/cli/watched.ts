/** Going through a whole trace: Ctrl-C stops it, and stderr says how far it is. */
import { abortable, type TraceSource } from '../trace/source.js';
import { interruptible } from './interrupt.js';
import { openEndedProgress } from './progress.js';

/** @param hint what an interrupt leaves, for its message */
export async function watched<T>(
  source: TraceSource,
  hint: string,
  quiet: boolean,
  work: (source: TraceSource, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const shown = openEndedProgress('records', quiet);
  async function* batches() {
    for await (const batch of source.batches()) {
      yield batch;
      shown.add(batch.length);
    }
  }
  try {
    return await interruptible(hint, (signal) =>
      work(abortable({ header: source.header, pages: source.pages, batches }, signal), signal),
    );
  } finally {
    shown.end();
    await source.close?.();
  }
}
