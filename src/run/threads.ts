/** Worker threads, by piscina, one task at a time each. A task whose thread is lost - it died, or took too long - says so; the thread is replaced. */
import { once } from 'node:events';
import { Piscina } from 'piscina';

/** A task without an answer: its thread died, which need not be due to the task, or took too long, or all were stopped. */
export class Lost extends Error {
  override readonly name = 'Lost';

  constructor(
    message: string,
    private readonly why: 'died' | 'late' | 'stopped',
  ) {
    super(message);
  }

  get died(): boolean {
    return this.why === 'died';
  }

  get stopped(): boolean {
    return this.why === 'stopped';
  }
}

type Thread = Piscina['threads'][number];

export class Threads<T, R> {
  private readonly pool: Piscina<T, R>;
  /** When a thread has loaded its modules, or ended before. */
  private readonly loaded = new Map<Thread, Promise<unknown>>();
  private stopping: Promise<void> | null = null;

  /** @param file of the worker's module */
  constructor(file: URL, count: number) {
    // Options for the program itself, as --eval, are not for its threads.
    this.pool = new Piscina({ filename: file.href, minThreads: count, maxThreads: count, execArgv: [] });
    // What befalls a thread without a task befalls nobody.
    this.pool.on('error', () => undefined);
    this.meetThreads();
  }

  /** Answers in a thread that has nothing else to do; the caller sees to it that they are not too many. */
  async run(task: T, timeoutSeconds = Infinity): Promise<R> {
    if (this.isStopping()) throw new Lost('stopped', 'stopped');
    await Promise.all(this.loaded.values());
    const late = new AbortController();
    const timer = timeoutSeconds === Infinity ? undefined : setTimeout(() => late.abort(), 1000 * timeoutSeconds);
    try {
      return await this.pool.run(task, { signal: late.signal });
    } catch (error) {
      this.meetThreads();
      if (late.signal.aborted) throw new Lost(`took longer than ${timeoutSeconds} s`, 'late');
      throw new Lost(lossOf(error as Error), this.isStopping() ? 'stopped' : 'died');
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all threads, once. Node 20 can crash when a thread is ended while it loads its modules: each says first that it has. */
  stop(): Promise<void> {
    for (const thread of this.pool.threads) thread.ref();
    return (this.stopping ??= Promise.all(this.loaded.values()).then(() => this.pool.destroy()));
  }

  private isStopping(): boolean {
    return this.stopping !== null;
  }

  /** Takes note of threads that are new: they have not had the time to load yet. */
  private meetThreads(): void {
    for (const thread of this.pool.threads) {
      if (this.loaded.has(thread)) continue;
      const loaded = Promise.race([once(thread, 'message'), once(thread, 'exit')]).catch(() => null);
      this.loaded.set(thread, loaded);
      thread.once('exit', () => this.loaded.delete(thread));
    }
  }
}

function lossOf({ message }: Error): string {
  const status = /^worker exited with code: (\d+)$/.exec(message)?.[1];
  return status === undefined ? `its thread died: ${message}` : `its thread ended with status ${status}`;
}
