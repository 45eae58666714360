/**
 * A stretch of a trace as a trace of its own: [from, to), with rows in front that put spaces, mappings, touched pages or page tables into the
 * state that they had at the cut. What such rows cannot say: which pages of different spaces or mappings are the same memory (each gets its own),
 * pages of areas that may not be accessed at all, tables that are empty, pages larger than 4 KiB that were split, contents of TLBs and caches.
 */
import { UsageError } from '../../errors.js';
import type { EventBatch } from '../event.js';
import type { TraceSource } from '../source.js';
import type { Place, Position } from './position.js';
import { RowsCopy } from './rows-copy.js';
import type { State } from './state.js';
import { TableState } from './table-state.js';
import { UserState } from './user-state.js';

export interface Cut {
  /** Left out: from the beginning, to the end. */
  readonly from?: CutAt;
  readonly to?: CutAt;
}

export interface CutAt {
  /** As the user wrote it. */
  readonly text: string;
  readonly position: Position;
}

export function cutTrace(source: TraceSource, { from, to }: Cut): TraceSource {
  const { header } = source;
  const copy = new RowsCopy(source.pages);
  const state: State = header.characteristics.source === 'user' ? new UserState(source.pages) : new TableState();

  async function* batches(): AsyncGenerator<EventBatch, void, undefined> {
    let started = from === undefined;
    let ended = false;
    for await (const batch of source.batches()) {
      const begin = started ? BEGINNING : (from!.position.find(batch) ?? null);
      const end = to?.position.find(batch) ?? null;
      if (end !== null && (begin === null || isBefore(end, begin)))
        throw new UsageError(`--to ${to!.text}: found it before --from ${from!.text}; expected it behind`);
      if (begin === null) state.see(batch, batch.length);
      else {
        if (!started) {
          // Of a run that is cut in two, the first half has touched its page.
          state.see(batch, begin.references > 0 ? begin.row + 1 : begin.row);
          yield* full(copy, state.write(copy));
          started = true;
        }
        yield* full(copy, rowsBetween(copy, batch, begin, end ?? { row: batch.length, references: 0 }));
      }
      ended = end !== null;
      if (ended) break;
    }
    if (!started) {
      refuseBeyond(from!, '--from');
      yield* full(copy, state.write(copy));
    }
    if (!ended && to !== undefined) refuseBeyond(to, '--to');
    yield copy.rows.take();
  }

  const captured = `${header.source.captured}; cut by vmmu from ${from?.text ?? 'the beginning'} to ${to?.text ?? 'the end'}`;
  return {
    header: { ...header, source: { ...header.source, captured } },
    pages: copy.pages,
    batches,
    close: async () => source.close?.(),
  };
}

const BEGINNING: Place = { row: 0, references: 0 };

function isBefore(a: Place, b: Place): boolean {
  return a.row < b.row || (a.row === b.row && a.references < b.references);
}

/** Copies rows, and of those that are cut in two the part inside. */
function* rowsBetween(copy: RowsCopy, batch: EventBatch, begin: Place, end: Place): Generator<void> {
  const last = end.references > 0 ? end.row : end.row - 1;
  for (let row = begin.row; row <= last; row++) {
    const skipped = row === begin.row ? begin.references : 0;
    const until = row === end.row ? end.references : batch.count[row]!;
    if (skipped === 0 && row !== end.row) copy.copy(batch, row);
    else if (until > skipped) copy.copy(batch, row, until - skipped);
    yield;
  }
}

/** The full batches that arise while rows are written. */
function* full(copy: RowsCopy, writing: Iterable<void>): Generator<EventBatch> {
  const rows = writing[Symbol.iterator]();
  while (rows.next().done !== true) if (copy.rows.full) yield copy.rows.take();
}

function refuseBeyond({ text, position }: CutAt, option: string): void {
  if (!position.atEnd()) throw new UsageError(`${option} ${text}: found a trace of ${position.had()}`);
}
