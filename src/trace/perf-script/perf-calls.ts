/** System calls of a `perf script` text: each is a line where it begins and, if that was captured, a line where it ends, of one thread. */
import { CALLS, isError, systemCallRows } from '../linux-calls.js';
import type { UserRows } from '../user-rows.js';

/** Calls that change mappings: how many arguments are needed, and whether these alone say what a success does. */
const TOLD = {
  mmap: { arguments: 4, enough: false },
  munmap: { arguments: 2, enough: true },
  mprotect: { arguments: 3, enough: true },
  brk: { arguments: 1, enough: false },
  mremap: { arguments: 4, enough: false },
  madvise: { arguments: 3, enough: true },
} as const satisfies Partial<Record<keyof typeof CALLS, object>>;

export type ToldCall = keyof typeof TOLD;

export function isToldCall(name: string): name is ToldCall {
  return Object.hasOwn(TOLD, name);
}

interface Begun {
  readonly name: ToldCall;
  readonly args: readonly number[];
}

export class PerfCalls {
  /** By thread. */
  private readonly begun = new Map<number, Begun>();

  constructor(private readonly rows: UserRows) {}

  /** @returns false where arguments are missing */
  begin(thread: number, name: ToldCall, rest: string): boolean {
    const args = [...rest.matchAll(/: (0x[0-9a-f]+)/g)].map(([, value]) => Number(value));
    if (args.length < TOLD[name].arguments) return false;
    this.begun.set(thread, { name, args });
    return true;
  }

  /** @returns false where the result is no number */
  end(thread: number, name: ToldCall, rest: string): boolean {
    if (!/^(?:0x[0-9a-f]+|-?\d+)$/.test(rest)) return false;
    const call = this.begun.get(thread);
    this.begun.delete(thread);
    if (call?.name !== name) this.rows.notes.drop('ends of calls that began before the trace');
    else this.ended(call, Number(rest));
    return true;
  }

  /** The thread is back in the program, or the trace is over: a call that has not ended by now has no line for its end. */
  settle(thread: number): void {
    const call = this.begun.get(thread);
    if (call === undefined) return;
    this.begun.delete(thread);
    if (!TOLD[call.name].enough) {
      this.rows.systemCall(CALLS[call.name]);
      this.rows.notes.drop(`effects of ${call.name} whose result is not in the trace`);
      return;
    }
    this.rows.notes.synthesise(`success of ${call.name}, whose result is not in the trace`);
    systemCallRows(this.rows, CALLS[call.name], call.args, 0);
  }

  hasBegun(thread: number): boolean {
    return this.begun.has(thread);
  }

  get unsettled(): number[] {
    return [...this.begun.keys()];
  }

  private ended({ name, args }: Begun, result: number): void {
    const failed = result < 0 || isError(result) || (name === 'brk' && args[0] !== 0 && args[0] !== result);
    if (failed) this.rows.systemCall(CALLS[name]);
    else systemCallRows(this.rows, CALLS[name], args, result);
  }
}
