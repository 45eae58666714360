/** Ctrl-C: work under way is told to stop, what is finished stays. */

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Runs `work` with a signal that the first SIGINT or SIGTERM aborts; the second ends the process as usual. */
export async function interruptible<T>(hint: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) throw new Interrupted(`interrupted; ${hint}`);
    throw error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
