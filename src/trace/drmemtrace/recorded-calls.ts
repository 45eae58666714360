/**
 * Arguments and results of system calls, as drmemtrace's `-record_syscall` has them: an identifier of the call (this base and its number), its
 * arguments; the identifier again, the result. Results are the kernel's own since DynamoRIO's pull request 6378, two weeks after the option
 * came; before, 1 was a success, which is no address.
 */
import { CALLS, isError, mappingRows } from '../linux-calls.js';
import type { UserRows } from '../user-rows.js';

/** What is added to the number of a call. */
export const SYSTEM_CALLS = 0x1_0000_0000;
const SUCCESS = 1;
/** Arguments that the effect of a call depends on. */
const NEEDED = new Map<number, number>([
  [CALLS.mmap, 4],
  [CALLS.munmap, 2],
  [CALLS.mprotect, 3],
  [CALLS.brk, 1],
  [CALLS.mremap, 3],
  [CALLS.madvise, 3],
]);

interface Recorded {
  readonly number: number;
  args: number[];
  /** Identified a second time: its result is next, or the arguments of another such call. */
  again: boolean;
}

export class RecordedCalls {
  /** By thread: the call that has not returned, of those whose arguments matter. */
  private readonly begun = new Map<number, Recorded>();

  constructor(private readonly rows: UserRows) {}

  /** The identifier of a function or a call, before its arguments and once more before its result. */
  identifier(thread: number, value: number): void {
    const number = value - SYSTEM_CALLS;
    const before = this.begun.get(thread);
    if (before?.number === number) {
      before.again = true;
      return;
    }
    this.forget(thread);
    if (NEEDED.has(number)) this.begun.set(thread, { number, args: [], again: false });
    else if (number < 0) this.rows.notes.drop('markers of functions');
    else this.rows.notes.drop('markers of system calls that map nothing');
  }

  argument(thread: number, value: number): void {
    const call = this.begun.get(thread);
    if (call === undefined) return;
    if (call.again) {
      this.forget(thread);
      this.begun.set(thread, { ...call, args: [value], again: false });
    } else call.args.push(value);
  }

  /** The row of the call itself stands where it began. */
  result(thread: number, value: number): void {
    const call = this.begun.get(thread);
    if (call === undefined) return;
    const { number, args } = call;
    if (args.length < NEEDED.get(number)! || value === SUCCESS) return this.forget(thread);
    this.begun.delete(thread);
    const failed = isError(value) || (number === CALLS.brk && args[0] !== 0 && args[0] !== value); // brk returns the old end
    if (!failed) mappingRows(this.rows, number, args, value);
  }

  /** The trace is over. */
  end(): void {
    for (const thread of this.begun.keys()) this.forget(thread);
  }

  private forget(thread: number): void {
    if (this.begun.delete(thread))
      this.rows.notes.drop('effects of system calls whose arguments or results are not in the trace');
  }
}
