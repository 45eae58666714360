/** One trace of a composed one: its rows, with spaces, threads and pages by the numbers that they have in the whole. */
import { KIND, LAST_REFERENCE, operand, operandCount, type EventBatch } from '../event.js';
import type { TraceSource } from '../source.js';
import type { Composite, Runnable } from './composite.js';
import type { MappedAlready } from './mapped-already.js';

export interface NamedTrace {
  /** As it was asked for, for messages. */
  readonly label: string;
  readonly source: TraceSource;
}

export class Part implements Runnable {
  space = 0;
  thread = 0;
  threaded: boolean;
  /** It has had a turn. */
  begun = false;
  private readonly batches: AsyncIterator<EventBatch> | Iterator<EventBatch>;
  private batch: EventBatch | null = null;
  private row = 0;
  /** By their numbers in the part. */
  private readonly spaces = new Map<number, number>();
  private readonly threads = new Map<number, number>();
  /** By page id of the part: id in the whole + 1, 0 = not yet used. */
  private pages = new Uint32Array(1024);

  /**
   * @param apart it has a process of its own; else it goes on in that of the parts before it
   * @param alone it is a thread of that process of its own
   * @param mapped what is mapped in the one space of all parts, if they have one
   */
  constructor(
    private readonly composite: Composite,
    private readonly trace: NamedTrace,
    apart: boolean,
    alone: boolean,
    private readonly mapped: MappedAlready | null,
  ) {
    const batches = trace.source.batches();
    this.batches = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
    const first = composite.spaces === 0;
    if (apart || first) this.space = composite.newSpace(trace.label);
    if (apart || alone || first) this.thread = composite.newThread();
    // A trace begins in space 0, with thread 0.
    this.spaces.set(0, this.space);
    this.threads.set(0, this.thread);
    this.threaded = !apart;
  }

  /** Whether there is another row. */
  async ready(): Promise<boolean> {
    while (this.batch === null || this.row === this.batch.length) {
      const next = await this.batches.next();
      if (next.done === true) return false;
      this.batch = next.value;
      this.row = 0;
      this.growPages();
    }
    return true;
  }

  /** Copies rows until as many references are reached or exceeded, or new rows or a full batch have to be seen to; returns the references. */
  copy(most: number): number {
    const batch = this.batch!;
    const { kind, count } = batch;
    const { rows } = this.composite;
    let references = 0;
    while (this.row < batch.length && references < most && !rows.full) {
      const row = this.row++;
      if (kind[row]! > LAST_REFERENCE) {
        this.copyEvent(batch, row);
        continue;
      }
      references += count[row]!;
      rows.row(kind[row]!, this.spaceOf(batch.space[row]!), this.pageOf(batch.page[row]!), count[row]!);
      this.copyOperands(batch, row, 0);
    }
    return references;
  }

  private copyEvent(batch: EventBatch, row: number): void {
    const { composite, trace, mapped } = this;
    const kind = batch.kind[row]!;
    const space = this.spaceOf(batch.space[row]!);
    if (space === 0 && mapped?.leavesOut(batch, row, trace.label) === true) return;
    composite.rows.row(kind, space, 0, 0);
    const renumbered = this.renumbered(batch, row);
    if (renumbered !== null) composite.rows.numberOperand(renumbered);
    this.copyOperands(batch, row, renumbered === null ? 0 : 1);
    if (kind === KIND.contextSwitch) this.space = composite.space = renumbered!;
    if (kind !== KIND.threadSwitch) return;
    this.thread = composite.thread = renumbered!;
    this.threaded = true;
  }

  /** The first operand of an event that names a space or a thread, as it is in the whole; else null. */
  private renumbered(batch: EventBatch, row: number): number | null {
    switch (batch.kind[row]) {
      case KIND.fork:
      case KIND.contextSwitch:
        return this.spaceOf(operand(batch, row, 0));
      case KIND.threadStart:
      case KIND.threadSwitch:
      case KIND.exit:
        return this.threadOf(operand(batch, row, 0));
      default:
        return null;
    }
  }

  private copyOperands(batch: EventBatch, row: number, from: number): void {
    const end = operandCount(batch, row);
    for (let j = from; j < end; j++) {
      const at = 2 * (batch.operandStart[row]! + j);
      this.composite.rows.operand(batch.operands[at]!, batch.operands[at + 1]!);
    }
  }

  private spaceOf(own: number): number {
    let space = this.spaces.get(own);
    if (space === undefined) this.spaces.set(own, (space = this.composite.newSpace(this.trace.label)));
    return space;
  }

  private threadOf(own: number): number {
    let thread = this.threads.get(own);
    if (thread === undefined) this.threads.set(own, (thread = this.composite.newThread()));
    return thread;
  }

  private pageOf(own: number): number {
    const held = this.pages[own]!;
    if (held > 0) return held - 1;
    const page = this.composite.pages.idOf(this.trace.source.pages.vpn[own]!);
    this.pages[own] = page + 1;
    return page;
  }

  private growPages(): void {
    const { size } = this.trace.source.pages;
    if (size <= this.pages.length) return;
    const larger = new Uint32Array(2 * size);
    larger.set(this.pages);
    this.pages = larger;
  }
}
