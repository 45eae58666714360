/**
 * Events of a `perf script` text as rows: docs/import-perf.md has the rules. Processes are numbered in the order in which they appear, so that
 * the kernel may give a number twice.
 */
import { KIND } from '../event.js';
import { CALLS } from '../linux-calls.js';
import type { UserRows } from '../user-rows.js';
import { isToldCall, PerfCalls } from './perf-calls.js';
import type { PerfLine } from './perf-line.js';

const FAULT = /^address=0x([0-9a-f]{1,16}) .*\berror_code=0x([0-9a-f]+)$/;
/** Bits of a page fault's error code. */
const ERROR = { write: 2, fetch: 16 } as const;
/** Pages from here on are in the upper half of the address space, or not canonical. */
const KERNEL_HALF = 2 ** 51;
const CALL = /^syscalls:sys_(enter|exit)_(\w+)$/;
/** Lines that a thread may have in the midst of a system call. */
const WITHIN_CALLS = ['sched:sched_switch', 'tlb:tlb_flush', 'exceptions:page_fault_kernel'];

interface Process {
  /** Ours. */
  readonly number: number;
  /** Threads that have appeared and not ended. */
  readonly threads: Set<number>;
}

export class PerfEvents {
  private readonly calls: PerfCalls;
  /** By the kernel's number of a process, while it lives. */
  private readonly processes = new Map<number, Process>();
  /** The process of each thread that has appeared. */
  private readonly processOf = new Map<number, Process>();
  /** Children that are processes or threads, which their first line will tell: who made them. */
  private readonly unborn = new Map<number, Process>();
  private current: Process | null = null;
  private numbers = 0;

  constructor(private readonly rows: UserRows) {
    this.calls = new PerfCalls(rows);
  }

  /** @returns what was expected instead, if the line is not as the event has it */
  add(line: PerfLine): string | null {
    const { event, rest } = line;
    const thread = line.thread ?? line.process;
    const [, side, name = ''] = CALL.exec(event) ?? [];
    if (!WITHIN_CALLS.includes(event) && side !== 'exit') this.settle(line, thread);
    if (isToldCall(name)) {
      this.run(line);
      if (side === 'enter') return this.calls.begin(thread, name, rest) ? null : 'its arguments, as addr: 0x0';
      return this.calls.end(thread, name, rest) ? null : 'its result, as 0x0';
    }
    switch (event) {
      case 'exceptions:page_fault_user':
      case 'exceptions:page_fault_kernel':
        return this.fault(line);
      case 'sched:sched_process_fork':
        return this.fork(line);
      case 'sched:sched_process_exec':
        return this.exec(line);
      case 'sched:sched_process_exit':
        return this.exit(line, thread);
      case 'sched:sched_switch':
        return this.switch(line);
      case 'tlb:tlb_flush':
        return this.drop('tlb_flush, of which the guest model makes its own');
      default:
        return this.drop(`lines of ${event}`);
    }
  }

  /** The trace is over. */
  end(): void {
    for (const thread of this.calls.unsettled) {
      const process = this.processOf.get(thread);
      if (process !== undefined) this.enter(process);
      this.calls.settle(thread);
    }
    this.rows.notes.drop('children of which nothing follows', this.unborn.size);
  }

  private drop(what: string): null {
    this.rows.notes.drop(what);
    return null;
  }

  private fault(line: PerfLine): string | null {
    const found = FAULT.exec(line.rest);
    if (found === null) {
      if (/^address=[a-z_]/i.test(line.rest)) return this.drop('faults at an address that is told as a symbol');
      return 'address=0x… ip=… error_code=0x…';
    }
    const [, address = '', code = ''] = found;
    const page = Number.parseInt(address.slice(0, -3) || '0', 16);
    if (page >= KERNEL_HALF) return this.drop('faults at addresses of the kernel');
    this.run(line);
    const error = Number.parseInt(code, 16);
    const kind = (error & ERROR.fetch) !== 0 ? KIND.fetch : (error & ERROR.write) !== 0 ? KIND.write : KIND.read;
    this.rows.access(kind, page, 1);
    return null;
  }

  private fork(line: PerfLine): string | null {
    const child = numberIn(line.rest, 'child_pid');
    if (child === null) return 'comm=… pid=… child_comm=… child_pid=…';
    const parent = this.run(line);
    if (line.thread === null) this.born(child, parent);
    else this.unborn.set(child, parent);
    return null;
  }

  /** The parent's number of fork stands for clone and vfork too: the event does not tell. */
  private born(child: number, parent: Process): void {
    this.enter(parent);
    this.rows.systemCall(CALLS.fork);
    const process = this.newProcess(child);
    this.rows.fork(process.number);
  }

  private exec(line: PerfLine): string | null {
    if (numberIn(line.rest, 'pid') === null) return 'filename=… pid=… old_pid=…';
    this.run(line);
    this.rows.systemCall(CALLS.execve);
    this.rows.exec();
    return null;
  }

  private exit(line: PerfLine, thread: number): string | null {
    if (numberIn(line.rest, 'pid') === null) return 'comm=… pid=… prio=…';
    const process = this.run(line);
    process.threads.delete(thread);
    this.processOf.delete(thread);
    const whole = process.threads.size === 0;
    // A thread does not outlive its process, so what has not appeared is a child.
    if (whole) for (const [child, parent] of this.unborn) if (parent === process) this.settleBirth(child, parent);
    if (whole) this.processes.delete(line.process);
    this.rows.exit(whole);
    return null;
  }

  private switch(line: PerfLine): string | null {
    const next = numberIn(line.rest, 'next_pid');
    if (next === null) return 'prev_comm=… prev_pid=… ==> next_comm=… next_pid=…';
    const process = this.processOf.get(next);
    if (process === undefined) return this.drop('switches to what is no process of the trace');
    if (process === this.current) return this.drop('switches to the process that the last row is of');
    this.enter(process);
    return null;
  }

  private settle(line: PerfLine, thread: number): void {
    if (!this.calls.hasBegun(thread)) return;
    this.run(line);
    this.calls.settle(thread);
  }

  /** The next rows are of the process and thread of a line. */
  private run(line: PerfLine): Process {
    const thread = line.thread ?? line.process;
    const parent = this.unborn.get(thread);
    if (parent !== undefined && this.processes.get(line.process) !== parent) this.settleBirth(thread, parent);
    this.unborn.delete(thread);
    const process = this.processes.get(line.process) ?? this.newProcess(line.process);
    process.threads.add(thread);
    this.processOf.set(thread, process);
    if (this.current !== null && process !== this.current)
      this.rows.notes.synthesise('contextSwitch that no sched_switch tells');
    this.enter(process, line.thread);
    return process;
  }

  private settleBirth(child: number, parent: Process): void {
    this.unborn.delete(child);
    this.born(child, parent);
  }

  private enter(process: Process, thread: number | null = null): void {
    this.current = process;
    this.rows.run(process.number, thread);
  }

  private newProcess(number: number): Process {
    const process = { number: this.numbers++, threads: new Set([number]) };
    this.processes.set(number, process);
    this.processOf.set(number, process);
    return process;
  }
}

function numberIn(rest: string, field: string): number | null {
  const found = new RegExp(`(?:^| )${field}=(\\d+)`).exec(rest);
  return found === null ? null : Number(found[1]);
}
