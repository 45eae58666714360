/**
 * Virtual machines that have one processor by turns: its TLBs, walk caches, nested TLB, caches of table lines and ASIDs are common, as is
 * physical memory, where each has a place of its own. Guest, paging strategy, tables, registers and counters are each one's.
 *
 * A turn ends with an exit for the host's timer; to enter another machine then is a world switch: what its VMCS or VMCB holds - roots,
 * PDPTEs, nested root, tags - takes the place of what the other's did.
 */
import type { CellSpec } from './cell.js';
import { Cell } from './cell.js';
import type { CellResult } from './cell-result.js';
import { definitionOf } from '../paging/index.js';
import { endSlice, resumeGuest } from '../paging/hardware.js';
import type { EventBatch, PageDictionary } from '../trace/event.js';
import { MergedPages } from './merged-pages.js';
import { processor, type Processor } from './processor.js';

export interface Sharer {
  readonly spec: CellSpec;
  readonly pages: PageDictionary;
}

export interface ShareCounts {
  /** Slices that the host's timer ended. */
  slices: number;
  /** Times that it was entered after another virtual machine had run. */
  worldSwitches: number;
  /** ASIDs or VPIDs that it was given. */
  asids: number;
  /** TLB entries, in all arrays, that it held when it was left, and lost to that exit: those of a processor without tags. */
  lostToSwitches: number;
  /** Entries that flushes by others, or for them, took while they ran. */
  lostToFlushes: number;
  /** Entries that made room for those of others while they ran. */
  lostToRoom: number;
}

export class SharedProcessor {
  readonly machines: readonly SharingMachine[];
  private readonly processor: Processor;
  private running: SharingMachine | null = null;

  /** @param sharers with one configuration, but for what their guests and VMMs decide for themselves */
  constructor(sharers: readonly Sharer[]) {
    const pages = new MergedPages();
    const { config, strategy } = sharers[0]!.spec;
    const lines = sharers.every(({ spec }) => spec.characteristics.lines ?? false);
    this.processor = processor(config, definitionOf(strategy).virtualized, lines, pages);
    this.machines = sharers.map(({ spec, pages: own }, place) => {
      const merged = pages.take(own);
      return new SharingMachine(new Cell(spec, pages, this.processor, place), this.processor, merged);
    });
    this.processor.asids.beforeWrap = () => {
      for (const machine of this.machines) machine.settle(0);
    };
  }

  /** Rows of one machine's trace, which is entered if it does not run already; whatever runs is left before. */
  replay(machine: SharingMachine, batch: EventBatch): void {
    if (this.running !== machine) {
      if (this.running?.isLeft === false) this.endSlice();
      machine.resume(this.running !== null);
    }
    this.running = machine;
    machine.replay(batch);
  }

  /** The host's timer ends the slice of the machine that runs; the same one may be entered again. */
  endSlice(): void {
    this.running?.leave();
  }
}

export class SharingMachine {
  readonly counts: Omit<ShareCounts, 'asids'> = {
    slices: 0,
    worldSwitches: 0,
    lostToSwitches: 0,
    lostToFlushes: 0,
    lostToRoom: 0,
  };
  /** When it was left: entries that it held, and those that removals had taken of it by then; null while it runs. */
  private before: { readonly held: number; readonly removed: number } | null = null;

  constructor(
    readonly cell: Cell,
    private readonly processor: Processor,
    private readonly merged: (batch: EventBatch) => EventBatch,
  ) {}

  get isLeft(): boolean {
    return this.before !== null;
  }

  get result(): CellResult {
    return this.cell.result();
  }

  get shareCounts(): ShareCounts {
    return { ...this.counts, asids: this.cell.platform.asid.taken };
  }

  /** TLB entries, in all arrays, that it holds. */
  get held(): number {
    return this.own(this.processor.tlb.held());
  }

  replay(batch: EventBatch): void {
    this.before = null;
    this.cell.replay(this.merged(batch));
  }

  leave(): void {
    const { tlb } = this.processor;
    const before = this.own(tlb.removed);
    endSlice(this.cell.platform);
    const removed = this.own(tlb.removed);
    this.before = { held: this.held, removed };
    this.counts.slices++;
    this.counts.lostToSwitches += removed - before;
  }

  /** @param switched another one has run */
  resume(switched: boolean): void {
    if (switched) this.counts.worldSwitches++;
    this.settle();
    resumeGuest(this.cell.platform);
  }

  /** Counts what it has lost since it was left. @param kept entries that will still be there when it comes back */
  settle(kept = this.held): void {
    const { before, counts, processor } = this;
    this.before = null;
    if (before === null || this.cell.platform.tlb.context.vpid === 0) return; // without a tag nothing was left to lose
    const { held } = this;
    const removed = this.own(processor.tlb.removed) - before.removed;
    counts.lostToFlushes += removed + held - kept;
    counts.lostToRoom += before.held - held - removed;
  }

  /** Of counts by context, those under its tag; without tags all belong to the one that runs. */
  private own(byContext: readonly number[]): number {
    const { vpid } = this.cell.platform.tlb.context;
    const { contexts } = this.processor;
    return byContext.reduce((sum, count, id) => (contexts.at(id).vpid === vpid ? sum + count : sum), 0);
  }
}
