/** What a trace that begins in the midst of another needs to know of what was before. */
import type { EventBatch } from '../event.js';
import type { RowsCopy } from './rows-copy.js';

export interface State {
  /** Takes note of the rows [0, to) of a batch. */
  see(batch: EventBatch, to: number): void;
  /** The rows with which a trace begins that goes on from here; may be taken when the buffer is full. */
  write(rows: RowsCopy): Iterable<void>;
}
