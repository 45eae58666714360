/** One cell: one trace on one machine under one strategy. The whole simulation, pure: no threads, no files, no clock. */
import type { RunConfig } from '../config/schema.js';
import { newCounters } from '../counters/counters.js';
import { GuestOs } from '../guest/guest-os.js';
import type { Guest } from '../guest/guest.js';
import { RecordedGuest } from '../guest/recorded-guest.js';
import { REGION_PAGES } from '../memory/address.js';
import { fourLevel } from '../memory/formats/four-level.js';
import { scatteredFrames, sequentialFrames, type FrameAllocator } from '../memory/frames.js';
import { BARE_METAL, HostMemory } from '../memory/host-memory.js';
import { PhysicalMemory } from '../memory/physical.js';
import { Dimension } from '../mmu/dimension.js';
import { Mmu } from '../mmu/mmu.js';
import { PageIndex } from '../mmu/page-index.js';
import { PteCache } from '../mmu/pte-cache.js';
import { TlbHierarchy } from '../mmu/tlb/tlb-hierarchy.js';
import { Walker } from '../mmu/walker.js';
import { STRATEGIES, type StrategyName } from '../paging/index.js';
import { ACCESS, type PagingStrategy, type Platform } from '../paging/strategy.js';
import type { TraceSource } from '../trace/source.js';
import type { EventBatch, PageDictionary, TraceCharacteristics } from '../trace/event.js';
import { EXIT_CAUSES, type ExitCause } from '../vmm/exits.js';
import { cellResult, references, type CellResult } from './cell-result.js';

/** Frames below this one hold the VMM's tables; the memory of the virtual machine begins here. */
const VMM_FRAMES = 2 ** 20;
const FRAMES_PER_MIB = 256;

export interface CellSpec {
  readonly strategy: StrategyName;
  readonly characteristics: TraceCharacteristics;
  readonly config: RunConfig;
}

/** Replays all batches. */
export function runCell(spec: CellSpec, pages: PageDictionary, batches: Iterable<EventBatch>): CellResult {
  const cell = new Cell(spec, pages);
  for (const batch of batches) cell.replay(batch);
  return cell.result();
}

/** As runCell, from a trace that is read as it is replayed. */
export async function streamCell(spec: CellSpec, trace: TraceSource): Promise<CellResult> {
  const cell = new Cell(spec, trace.pages);
  for await (const batch of trace.batches()) cell.replay(batch);
  return cell.result();
}

export class Cell {
  private readonly counters = newCounters();
  private readonly exits = Object.fromEntries(EXIT_CAUSES.map((cause) => [cause, 0])) as Record<ExitCause, number>;
  readonly index: PageIndex;
  readonly platform: Platform;
  readonly paging: PagingStrategy;
  private readonly tlb: TlbHierarchy;
  private readonly walker: Walker;
  readonly mmu: Mmu;
  private readonly guest: Guest;
  /** Data references since the previous row that stand on event rows (see TraceCharacteristics.counts). */
  private refsOnEvents = 0;
  /** The count of a trace's first row, where that is of references before the trace. */
  private refsBefore: number | null = null;

  constructor(
    private readonly spec: CellSpec,
    pages: PageDictionary,
  ) {
    const { config, strategy, characteristics } = spec;
    const { virtualized, create } = STRATEGIES[strategy];
    const memory = new PhysicalMemory();
    this.index = new PageIndex(pages);
    this.tlb = new TlbHierarchy(config.machine.tlb, this.index);
    this.walker = new Walker(memory, new Dimension(fourLevel, 0));
    if (config.machine.pteCacheShare > 0) this.walker.pteCache = new PteCache(config.machine);
    this.platform = {
      memory,
      vmmFrames: sequentialFrames(1, VMM_FRAMES - 1, 'memory of the VMM (fixed)'),
      host: virtualized ? hostMemory(config) : BARE_METAL,
      walker: this.walker,
      tlb: this.tlb,
      counters: this.counters,
      exits: this.exits,
      taggedTlb: config.machine.taggedTlb,
    };
    const paging = create(this.platform);
    this.paging = paging;
    this.guest =
      characteristics.source === 'user'
        ? new GuestOs(paging, guestFrames(config), this.counters, config.guest)
        : new RecordedGuest(paging, this.counters);
    this.mmu = new Mmu(this.tlb, paging, this.guest, this.counters, characteristics.kernelReferences ? 0 : ACCESS.user);
  }

  /** Replays the rows of a batch; the dictionary must already hold its pages. */
  replay(batch: EventBatch): void {
    this.refsBefore ??= batch.count[0] ?? null;
    this.index.grow();
    this.tlb.reserve();
    for (let row = this.mmu.replay(batch, 0); row < batch.length; row = this.mmu.replay(batch, row + 1)) {
      this.refsOnEvents += batch.count[row]!;
      this.guest.event(batch, row);
    }
  }

  /** What has been counted so far. */
  result(): CellResult {
    const { spec, counters, exits, mmu } = this;
    const { counts } = spec.characteristics;
    const hiddenRefs = this.refsOnEvents - (this.refsBefore ?? 0);
    return cellResult({
      counters: { ...counters, ...references(mmu, counts, hiddenRefs), tlbFlushes: this.tlb.flushes },
      exits: { ...exits },
      tally: this.walker.tally,
      first: STRATEGIES[spec.strategy].walks,
    });
  }
}

function hostMemory({ guest, host, seed }: RunConfig): HostMemory {
  return new HostMemory({
    firstFrame: VMM_FRAMES,
    frames: 2 ** Math.ceil(Math.log2(guest.memoryMib * FRAMES_PER_MIB)),
    blockFrames: host.pages === '2m' ? REGION_PAGES : 1,
    scatterSeed: host.frames === 'scattered' ? seed : null,
  });
}

function guestFrames({ guest, seed }: RunConfig): FrameAllocator {
  const frames = guest.memoryMib * FRAMES_PER_MIB;
  return guest.frames === 'scattered'
    ? scatteredFrames(0, frames, seed, 'guest.memoryMib')
    : sequentialFrames(0, frames, 'guest.memoryMib');
}
