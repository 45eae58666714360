/** Where rows come from: what a trace file, an importer and a generator have in common. */
import { rowsFrom, type EventBatch, type PageDictionary, type TraceCharacteristics } from './event.js';
import type { NotesRecord } from './notes.js';

/** What a trace says of itself. */
export interface TraceHeader {
  readonly name: string;
  readonly characteristics: TraceCharacteristics;
  readonly source: TraceOrigin;
}

/** Where a trace comes from. */
export interface TraceOrigin {
  /** The program and what it did. */
  readonly ran: string;
  /** The recorder, or the generator and its parameters. */
  readonly captured: string;
}

/** A trace that can be gone through once. `pages` grows while the batches go by: a batch uses only ids that are in it. */
export interface TraceSource {
  readonly header: TraceHeader;
  readonly pages: PageDictionary;
  /** Can be asked for once. */
  batches(): AsyncIterable<EventBatch> | Iterable<EventBatch>;
  /** What its import left out and put in, when all batches have gone by. */
  readonly notes?: { readonly record: NotesRecord } | undefined;
  /** Lets go of the file when the batches are not gone through to the end. */
  close?(): Promise<void>;
}

/** Lets go of a trace's file when the work is done, whether it came to read it or not. */
export async function closing<T>(source: TraceSource, work: (source: TraceSource) => Promise<T>): Promise<T> {
  try {
    return await work(source);
  } finally {
    await source.close?.();
  }
}

/** The same trace, broken off when `signal` is aborted: also where the next batch takes long, or never comes. */
export function abortable(source: TraceSource, signal: AbortSignal | undefined): TraceSource {
  return {
    header: source.header,
    pages: source.pages,
    batches: () => (signal === undefined ? source.batches() : untilAborted(source.batches(), signal)),
    get notes() {
      return source.notes;
    },
  };
}

async function* untilAborted(
  batches: ReturnType<TraceSource['batches']>,
  signal: AbortSignal,
): AsyncGenerator<EventBatch, void, undefined> {
  const iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  let stop: (() => void) | undefined;
  const onAbort = (): void => stop?.();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<EventBatch, unknown>>((resolve, reject) => {
        stop = () => {
          reject(signal.reason as Error);
        };
        if (signal.aborted) stop();
        else Promise.resolve(iterator.next()).then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const returned = Promise.resolve(iterator.return?.());
    // A batch that is still on its way would have to come first.
    if (signal.aborted) returned.catch(() => undefined);
    else await returned;
  }
}

/** The first rows of a trace; its file is let go of behind them. */
export function firstRows(source: TraceSource, rows: number): TraceSource {
  async function* batches() {
    let left = rows;
    if (left === 0) return;
    for await (const batch of source.batches()) {
      yield left < batch.length ? rowsFrom(batch, 0, left) : batch;
      left -= batch.length;
      if (left <= 0) return;
    }
  }
  return { header: source.header, pages: source.pages, batches, close: async () => source.close?.() };
}
