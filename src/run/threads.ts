/** Worker threads, one task at a time each. A thread that is lost - it died, or took too long - is replaced; its task says so. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

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

interface Thread {
  readonly worker: Worker;
  /** When its modules are loaded, or it ended before. */
  readonly loaded: Promise<unknown>;
  /** What it died of, if it said so. */
  error: Error | null;
}

/** The first message of a thread says that it is loaded, each other one is the answer to a task. */
export class Threads<T, R> {
  private readonly idle: Thread[] = [];
  private readonly all = new Set<Thread>();
  private stopping: Promise<void> | null = null;

  /** @param file of the worker's module */
  constructor(private readonly file: URL) {}

  /** Answers in a thread that has nothing else to do; the caller sees to it that they are not too many. */
  async run(task: T, timeoutSeconds = Infinity): Promise<R> {
    if (this.stopping !== null) throw new Lost('stopped', 'stopped');
    const thread = this.idle.pop() ?? this.start();
    await thread.loaded;
    const answer = await this.answer(thread, task, timeoutSeconds);
    this.idle.push(thread);
    return answer;
  }

  /** Ends all threads, once. Node 20 can crash when a thread is ended while it loads its modules. */
  stop(): Promise<void> {
    return (this.stopping ??= Promise.all([...this.all].map(end)).then(() => undefined));
  }

  private start(): Thread {
    // Options for the program itself, as --eval, are not for its threads.
    const worker = new Worker(this.file, { execArgv: [] });
    const loaded = Promise.race([once(worker, 'message'), once(worker, 'exit')]).catch(() => null);
    const thread: Thread = { worker, loaded, error: null };
    // Listened to at all times: an error that nobody hears would end the process.
    worker.on('error', (error) => (thread.error = error));
    worker.once('exit', () => this.all.delete(thread));
    this.all.add(thread);
    return thread;
  }

  private answer(thread: Thread, task: T, timeoutSeconds: number): Promise<R> {
    const { worker } = thread;
    return new Promise<R>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      };
      const onMessage = (answer: R): void => {
        settle();
        resolve(answer);
      };
      const onError = (error: Error): void => {
        settle();
        reject(new Lost(`its thread died: ${error.message}`, 'died'));
      };
      const onExit = (status: number): void => {
        settle();
        const why = this.stopping === null ? 'died' : 'stopped';
        const cause = thread.error === null ? `ended with status ${status}` : `died: ${thread.error.message}`;
        reject(new Lost(`its thread ${cause}`, why));
      };
      const onTimeout = (): void => {
        settle();
        void end(thread).then(() => reject(new Lost(`took longer than ${timeoutSeconds} s`, 'late')));
      };
      const timer = timeoutSeconds === Infinity ? undefined : setTimeout(onTimeout, 1000 * timeoutSeconds);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      // One that has ended before takes messages and never answers.
      if (worker.threadId < 0) onExit(1);
      else worker.postMessage(task);
    });
  }
}

async function end({ worker, loaded }: Thread): Promise<void> {
  await loaded;
  await worker.terminate();
}
