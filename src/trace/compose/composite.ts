/** A composed trace while it is made: the numbers that it has given away, and who runs at the moment. */
import { TraceError } from '../../errors.js';
import { KIND } from '../event.js';
import { PageNumbering } from '../pages.js';
import { RowBuffer } from '../row-buffer.js';

/** Spaces are numbers of 16 bits. */
const MOST_SPACES = 2 ** 16;

/** Who runs when a part has its turn. */
export interface Runnable {
  readonly space: number;
  readonly thread: number;
  /** It says which of its threads runs; where it has one only, that runs wherever the processor is. */
  readonly threaded: boolean;
}

export class Composite {
  readonly pages = new PageNumbering();
  readonly rows = new RowBuffer();
  /** Numbers that have been given away: those below. */
  spaces = 0;
  private threads = 0;
  /** Who runs. */
  space = 0;
  thread = 0;

  newSpace(label: string): number {
    if (this.spaces === MOST_SPACES)
      throw new TraceError(`${label}: found more than ${MOST_SPACES} address spaces of all traces together`);
    return this.spaces++;
  }

  newThread(): number {
    return this.threads++;
  }

  /** A part goes on where it was left. */
  resume({ space, thread, threaded }: Runnable): void {
    if (space !== this.space) this.event(KIND.contextSwitch, space);
    this.space = space;
    if (!threaded || thread === this.thread) return;
    this.event(KIND.threadSwitch, thread);
    this.thread = thread;
  }

  /** A row that no part has. */
  event(kind: number, ...operands: readonly number[]): void {
    this.rows.row(kind, this.space, 0, 0);
    for (const value of operands) this.rows.numberOperand(value);
  }
}
