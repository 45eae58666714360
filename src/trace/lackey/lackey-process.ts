/** One process of a lackey capture: its lines, from the first file to the last exec, as rows; what concerns other processes is handed out. */
import { MARKER } from '../event.js';
import { CALLS, CLONE_THREAD, systemCallRows } from '../linux-calls.js';
import type { UserRows } from '../user-rows.js';
import { LackeyLines } from './lackey-lines.js';

const CALL = /^SYSCALL\[(\d+),(\d+)\]\(\s*(\d+)\) (.*)$/;
const ARGUMENTS = /\( (.*?) \)/;
const RESULT = /(?:Success\((0x[0-9a-f]+)\)|Failure\((0x[0-9a-f]+)\))(.*)$/;
const SCHEDULED = /^--\d+--\s+SCHED\[(\d+)\]:\s+acquired lock/;
const OWNER = /^(?:==|--|\*\*)(\d+)/;
const FORKED = /process (\d+) created child (\d+)/;
const COMPLAINT = /==\d+== .*$/;
/** A reference may be glued behind a result. */
/** access("/vmmu:begin", 0) */
const MARKED = /\(\/vmmu:(begin|end)\)/;
const GLUED = /(I {2}| [LSM] )([0-9a-f]+),(\d+)\s*$/;

/** A child that was made, or that the process waits for: null is any. Or null: rows are full. */
export type Happening = { readonly forked: number } | { readonly waitsFor: number | null } | null;

/** wait4: do not wait. */
const WNOHANG = 1;
/** -1, as an unsigned number of 32 bits. */
const ANY_CHILD = 0xffff_ffff;

interface Pending {
  readonly number: number;
  readonly args: readonly number[];
  readonly forked: number | null;
}

export class LackeyProcess {
  /** Calls that have not returned, by thread. */
  private readonly pending = new Map<number, Pending>();
  private thread = 1;
  private exited = false;

  /** @param pid null: that of the first system call */
  constructor(
    private pid: number | null,
    private readonly rows: UserRows,
  ) {}

  /** After others have run. */
  resume(): void {
    if (this.pid !== null) this.rows.run(this.pid, this.thread);
  }

  /** @param files of this process, in order: each ends where the next image is executed */
  async *run(files: readonly LackeyLines[]): AsyncGenerator<Happening, void, undefined> {
    this.resume();
    for (const [at, file] of files.entries()) {
      this.rows.notes.place = () => file.place;
      if (at > 0) this.execute();
      for await (const line of file.events()) {
        if (line === null) yield null;
        else yield* this.line(line, file);
        this.rows.notes.place = () => file.place;
      }
    }
    if ([...this.pending.values()].some(({ number }) => number === CALLS.execve))
      this.rows.notes.drop('images whose file was not given');
  }

  /** Behind the last file: what the process has mapped is gone, though no line says so. */
  ensureExit(): void {
    if (this.exited) return;
    this.resume();
    this.rows.exit(true);
    this.rows.notes.synthesise('exit of a child of whose end no file tells');
  }

  private execute(): void {
    this.pending.clear();
    this.thread = 1;
    this.rows.systemCall(CALLS.execve);
    this.rows.exec();
  }

  private *line(text: string, file: LackeyLines): Generator<Happening> {
    const line = text.replace(COMPLAINT, '').trimEnd();
    const owner = OWNER.exec(text);
    if (owner !== null) this.pid ??= Number(owner[1]);
    const scheduled = SCHEDULED.exec(line);
    if (scheduled !== null) {
      this.runThread(Number(scheduled[1]));
      return;
    }
    const call = CALL.exec(line);
    if (call !== null) {
      const thread = Number(call[2]);
      const pid = Number(call[1]);
      if (pid !== (this.pid ??= pid)) file.fail(line, `one file for each process: --log-file=t.%p.%n`);
      this.runThread(thread);
      const rest = call[4]!;
      if (!rest.startsWith('...')) this.called(thread, pendingOf(Number(call[3]), rest));
      const marked = MARKED.exec(rest)?.[1] as keyof typeof MARKER | undefined;
      if (marked !== undefined) this.rows.marker(MARKER[marked]);
      const forked = this.pending.get(thread)?.forked ?? null;
      const child = FORKED.exec(rest);
      if (forked !== null && child !== null) yield* this.fork(Number(call[3]), forked);
      // A signal may end the call without a line for its result.
      const blocked = rest.endsWith('[async] ...') ? this.pending.get(thread) : undefined;
      if (blocked !== undefined) yield* this.waits(thread, blocked);
      yield* this.result(line, thread);
    } else if (line.trimStart().startsWith('-->')) yield* this.result(line, this.thread);
    else if (!isNoise(line)) file.fail(line);
  }

  private called(thread: number, call: Pending): void {
    const before = this.pending.get(thread);
    if (before !== undefined && before.forked === null) this.rows.systemCall(before.number); // its result was never told
    this.pending.set(thread, call);
  }

  private *fork(number: number, child: number): Generator<Happening> {
    this.rows.systemCall(number);
    this.rows.fork(child);
    yield { forked: child };
  }

  private *waits(thread: number, { number, args }: Pending): Generator<Happening> {
    if (number !== CALLS.wait4 || (args[2]! & WNOHANG) !== 0) return;
    this.pending.delete(thread);
    this.rows.systemCall(number);
    yield { waitsFor: args[0]! < ANY_CHILD ? args[0]! : null };
  }

  private *result(line: string, thread: number): Generator<Happening> {
    const call = this.pending.get(thread);
    const result = RESULT.exec(line);
    if (result === null) return; // An execve that succeeds never returns.
    this.pending.delete(thread);
    if (call !== undefined) yield* this.returned(call, result[1] === undefined ? null : Number(result[1]));
    const glued = GLUED.exec(result[3]!);
    if (glued !== null) this.glued(glued[1]!.trim(), glued[2]!, Number(glued[3]));
  }

  private *returned({ number, args, forked }: Pending, result: number | null): Generator<Happening> {
    const { rows } = this;
    if (forked !== null) return; // told of when the child was made
    if (result === null) {
      rows.systemCall(number);
      return;
    }
    if (number === CALLS.exit || number === CALLS.exitGroup) {
      rows.systemCall(number);
      const whole = number === CALLS.exitGroup || this.pending.size === 0;
      this.exited ||= whole;
      rows.exit(whole);
      return;
    }
    const grew = number !== CALLS.brk || args[0] === 0 || args[0] === result;
    if (grew) systemCallRows(rows, number, args, result);
    else rows.systemCall(number); // a brk that fails returns the old end
    if (number === CALLS.wait4 && result > 0) yield { waitsFor: result };
  }

  private runThread(thread: number): void {
    this.thread = thread;
    if (this.pid !== null) this.rows.run(this.pid, thread);
  }

  private glued(letter: string, hex: string, size: number): void {
    const offset = Number.parseInt(hex.slice(-3), 16);
    const page = Number.parseInt(hex.slice(0, -3) || '0', 16);
    this.rows.access(letter === 'I' ? 0 : letter === 'L' ? 1 : 2, page, offset + size);
  }
}

function pendingOf(number: number, rest: string): Pending {
  const args = (ARGUMENTS.exec(rest)?.[1] ?? '').split(', ').map(numberOf);
  const child = FORKED.exec(rest);
  const thread = number === CALLS.clone && (Number.parseInt(rest.split('( ')[1] ?? '0', 16) & CLONE_THREAD) !== 0;
  return { number, args, forked: child === null || thread ? null : Number(child[2]) };
}

/** Addresses are hexadecimal, other numbers decimal; strings follow their address in brackets. */
function numberOf(text: string): number {
  const number = Number(text.replace(/\(.*$/, ''));
  return Number.isNaN(number) ? 0 : number;
}

function isNoise(line: string): boolean {
  return line === '' || OWNER.test(line) || line.startsWith('SCHEDSETJMP(');
}
