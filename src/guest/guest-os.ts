/**
 * The guest operating system of user traces: turns system calls, faults, fork, exec, exit and context switches into the table
 * writes, INVLPGs and CR3 writes that Linux makes for them. Its own references are not modelled.
 */
import type { GuestConfig } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import { TraceError } from '../errors.js';
import type { TableFormat } from '../memory/formats/index.js';
import type { FrameAllocator } from '../memory/frames.js';
import type { PagingStrategy } from '../paging/strategy.js';
import { KIND, KIND_NAMES, operand, operandPage, type EventBatch } from '../trace/event.js';
import { TPR_OFFSET } from '../vmm/task-priority.js';
import { AddressSpace } from './address-space.js';
import { GuestCpu } from './guest-cpu.js';
import { GuestFrames } from './guest-frames.js';
import { GuestTables } from './guest-tables.js';
import { instructionAt, type Guest } from './guest.js';
import { PageFaults } from './page-fault.js';
import type { Processors } from './processors.js';

const MADV_DONTNEED = 4;
/** Windows raises the task priority to this while it may not be scheduled away. */
const DISPATCH_LEVEL = 2;

export class GuestOs implements Guest {
  private readonly cpu: GuestCpu;
  private readonly tables: GuestTables;
  private readonly frames: GuestFrames;
  private readonly faults: PageFaults;
  private readonly spaces = new Map<number, AddressSpace>();
  private current: AddressSpace;
  private currentId = 0;
  /** The kernel's root is loaded, and the user's is to follow: page-table isolation. */
  private inKernel: boolean;

  constructor(
    private readonly strategy: PagingStrategy,
    frames: FrameAllocator,
    private readonly counters: Counters,
    private readonly config: GuestConfig,
    format: TableFormat,
    processors?: Processors,
  ) {
    this.cpu = new GuestCpu(strategy, counters, config.pcid, processors);
    this.tables = new GuestTables(
      strategy,
      frames,
      counters,
      format,
      config.presetAccessedDirty,
      config.pageTableIsolation,
    );
    this.frames = new GuestFrames(frames, config.reservedPages);
    this.faults = new PageFaults(this.tables, this.frames, this.cpu, config);
    this.current = this.newSpace(0);
    this.loadCurrent();
    this.inKernel = config.pageTableIsolation;
  }

  pageFault(vpn: number, access: number): boolean {
    this.enterKernel();
    this.raiseAndLower();
    const mapping = this.current.mappings.find(vpn);
    const handled = mapping !== undefined && this.faults.handle(this.current.root, mapping, vpn, access);
    this.resume();
    return handled;
  }

  resume(): void {
    if (!this.inKernel) return;
    this.inKernel = false;
    this.cpu.enterUser(this.current.root);
  }

  /** A system call and the rows that say what it does are one visit to the kernel. */
  private enterKernel(): void {
    if (this.inKernel || !this.config.pageTableIsolation) return;
    this.inKernel = true;
    this.cpu.enterKernel(this.current.root);
  }

  event(batch: EventBatch, row: number): void {
    const kind = batch.kind[row]!;
    if (kind === KIND.systemCall) this.resume();
    if (kind <= KIND.systemCall || kind === KIND.invlpg) this.enterKernel();
    const { current } = this;
    const arg = (index: number): number => operand(batch, row, index);
    switch (kind) {
      case KIND.initialMapping:
        return this.spaceOf(batch.space[row]!).mmap(arg(0), arg(1), arg(2), arg(3));
      case KIND.initialPages:
        return this.initialPages(this.spaceOf(batch.space[row]!), arg(0), arg(1), arg(2));
      case KIND.initialHeap:
        return this.spaceOf(batch.space[row]!).setHeap(arg(0), arg(1));
      case KIND.mmap:
        return current.mmap(arg(0), arg(1), arg(2), arg(3));
      case KIND.munmap:
        return current.munmap(arg(0), arg(0) + arg(1));
      case KIND.mprotect:
        return current.mprotect(arg(0), arg(0) + arg(1), arg(2));
      case KIND.brk:
        return current.brk(arg(0));
      case KIND.madvise:
        return arg(2) === MADV_DONTNEED ? current.discard(arg(0), arg(0) + arg(1)) : undefined;
      case KIND.mremap:
        return current.mremap(arg(0), arg(1), arg(2), arg(3));
      case KIND.fork:
        return this.fork(arg(0));
      case KIND.exec:
        return this.exec();
      case KIND.exit:
        return arg(1) === 1 ? this.exit() : undefined;
      case KIND.contextSwitch:
        return this.contextSwitch(arg(0));
      case KIND.invlpg:
        return this.cpu.invlpg(operandPage(batch, row, 0));
      case KIND.systemCall:
        this.counters.systemCalls++;
        this.strategy.systemCall?.();
        return this.raiseAndLower();
      case KIND.threadStart:
      case KIND.marker:
        return;
      case KIND.threadSwitch:
        return this.cpu.moveTo(arg(0), current.root); // One address space: on one processor Linux does not touch CR3.
      default: {
        const instruction = instructionAt(batch, row);
        if (instruction !== null) return this.strategy.execute(instruction);
        throw new TraceError(`event ${KIND_NAMES[kind]} in a user trace; table events belong to full-system traces`);
      }
    }
  }

  private initialPages({ root, mappings }: AddressSpace, first: number, pages: number, touched: number): void {
    this.tables.presetting = true;
    for (let page = first; page < first + pages; page++) {
      const mapping = mappings.find(page);
      if (mapping !== undefined) this.faults.place(root, mapping, page, touched);
    }
    this.tables.presetting = false;
  }

  /** Windows guards its data with the task priority: up at the start of each kernel entry, down at its end. */
  private raiseAndLower(): void {
    if (this.config.os !== 'windows') return;
    for (const level of [DISPATCH_LEVEL, 0]) {
      if (this.config.mode === '4level' || this.config.mode === '5level')
        this.strategy.execute({ name: 'cr8Write', operand: level });
      else this.strategy.execute({ name: 'apicWrite', operand: TPR_OFFSET, value: level << 4 });
    }
  }

  private fork(id: number): void {
    if (id === this.currentId) throw new TraceError(`fork into space ${id}, which is the one that forks`);
    this.spaces.get(id)?.tearDown();
    this.newSpace(id).copyFrom(this.current);
    this.cpu.flushAll(); // the translations that the parent may write no more
  }

  /** A new space, loaded before the old one is torn down. */
  private exec(): void {
    const old = this.current;
    this.current = this.newSpace(this.currentId);
    this.loadCurrent();
    old.tearDown();
  }

  private exit(): void {
    this.current.tearDown();
    this.loadCurrent();
  }

  private contextSwitch(id: number): void {
    if (id === this.currentId) return;
    this.current = this.spaceOf(id);
    this.currentId = id;
    this.cpu.switchTo(this.current.root);
  }

  private spaceOf(id: number): AddressSpace {
    return this.spaces.get(id) ?? this.newSpace(id);
  }

  private newSpace(id: number): AddressSpace {
    const space = new AddressSpace(this.tables, this.frames, this.cpu);
    this.spaces.set(id, space);
    return space;
  }

  private loadCurrent(): void {
    this.cpu.writeCr3(this.current.root);
  }
}
