/** One cell: one trace on one machine under one strategy. The whole simulation, pure: no threads, no files, no clock. */
import type { RunConfig } from '../config/schema.js';
import { newCounters, type Counters } from '../counters/counters.js';
import { TraceError } from '../errors.js';
import { GuestOs } from '../guest/guest-os.js';
import type { Guest } from '../guest/guest.js';
import { RecordedGuest } from '../guest/recorded-guest.js';
import { scatteredFrames, sequentialFrames, type FrameAllocator } from '../memory/frames.js';
import type { PageIndex } from '../mmu/page-index.js';
import type { Spine, Tlb } from '../mmu/spine.js';
import type { WalkTally } from '../mmu/walk-tally.js';
import type { TlbHierarchy } from '../mmu/tlb/tlb-hierarchy.js';
import { definitionOf, type StrategyName } from '../paging/index.js';
import type { StackedName } from '../paging/names.js';
import { ACCESS, type PagingStrategy, type Platform } from '../paging/strategy.js';
import type { TraceSource } from '../trace/source.js';
import { LAST_REFERENCE, type EventBatch, type PageDictionary, type TraceCharacteristics } from '../trace/event.js';
import type { StateTraffic } from '../vmm/vcpu.js';
import { Audit } from './audit.js';
import { cellResult, references, type CellResult } from './cell-result.js';
import { framesOf, hardware, otherProcessors, type Hardware } from './hardware.js';
import { processor, type Processor } from './processor.js';
import type { Sample } from './sample.js';
import { VirtualProcessors, type VirtualProcessor } from './virtual-processors.js';

/** What a cell is: strategy, configuration, and what the trace holds. */
export interface CellSpec {
  readonly strategy: StrategyName | StackedName;
  readonly characteristics: TraceCharacteristics;
  readonly config: RunConfig;
  /** Checks after every event that hardware uses nothing but what the guest's tables say: see audit.ts. */
  readonly audit?: boolean;
  /** A sample of the TLBs' sets is replayed, where sampled-cell.ts is asked; left out: all of them. */
  readonly sample?: Sample | undefined;
}

/**
 * Replays all batches of one trace on one machine under one strategy, without threads, files or a clock: the same input gives the same counts.
 * @throws TraceError for a page that the tables of the guest have no place for; ConfigError where memory does not suffice
 */
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

/** With TLBs of any kind. */
export class CellWith<T extends Tlb> {
  readonly counters = newCounters();
  readonly platform: Platform;
  readonly index: PageIndex;
  readonly paging: PagingStrategy;
  readonly hardware: Hardware<T>;
  private readonly guest: Guest;
  /** By virtual processor. */
  private readonly all: readonly VirtualProcessor[];
  private readonly spines: readonly Spine[];
  private readonly processors: VirtualProcessors;
  private readonly audit: Audit | null;
  /** Pages whose addresses have been checked. */
  private checked = 0;
  /** Data references since the previous row that stand on event rows (see TraceCharacteristics.counts). */
  private refsOnEvents = 0;
  /** The count of a trace's first row, where that is of references before the trace. */
  private refsBefore: number | null = null;

  /** @param place which of the virtual machines on a processor that others use too it is, from 0 */
  constructor(
    private readonly spec: CellSpec,
    on: Processor<T>,
    place = 0,
  ) {
    const { config, strategy, characteristics } = spec;
    const definition = definitionOf(strategy);
    this.hardware = hardware(config, definition, on, this.counters, place);
    const { platform, index } = this.hardware;
    this.platform = platform;
    this.index = index;
    const paging = definition.create(platform);
    this.paging = paging;
    this.all = otherProcessors(this.hardware, config, definition, on);
    this.processors = new VirtualProcessors(this.all, platform, paging, this.counters);
    this.guest =
      characteristics.source === 'user'
        ? new GuestOs(
            paging,
            guestFrames(config),
            this.counters,
            config.guest,
            platform.walker.guest.format,
            this.processors,
          )
        : new RecordedGuest(paging, this.counters, config.guest.pcid, platform.walker.guest.format);
    const privilege = characteristics.kernelReferences ? 0 : ACCESS.user;
    const spines: Spine[] = [];
    for (const { on: processor, caches: control } of this.all) {
      const { dataCaches } = processor;
      const { guest, counters } = this;
      const together = spines[0] ?? null;
      const parts = { control, strategy: paging, guest, counters, privilege, dataCaches, together };
      spines.push(processor.newSpine(parts, platform.walker));
    }
    this.spines = spines;
    this.audit = spec.audit === true ? new Audit(this) : null;
  }

  /** Of the processor that runs. */
  get spine(): Spine {
    return this.spines[this.processors.current]!;
  }

  /** Replays the rows of a batch; the dictionary must already hold its pages. */
  replay(batch: EventBatch): void {
    this.refsBefore ??= batch.count[0] ?? null;
    this.checkAddresses();
    this.index.grow();
    for (const { on } of this.all) on.tlb.reserve();
    let from = 0;
    if (startsWithReference(batch, 0)) this.guest.resume?.();
    for (let row = this.spine.replay(batch, 0); row < batch.length; row = this.spine.replay(batch, row + 1)) {
      this.refsOnEvents += batch.count[row]!;
      this.guest.event(batch, row);
      this.audit?.after(batch, from, row);
      from = row + 1;
      if (startsWithReference(batch, from)) this.guest.resume?.();
    }
    this.audit?.after(batch, from, batch.length);
  }

  /** Pages that the guest's tables have no place for cannot be helped. */
  private checkAddresses(): void {
    const { pages } = this.index;
    const { holeStart, holeEnd, format } = this.platform.walker.guest;
    for (; this.checked < pages.size; this.checked++) {
      const vpn = pages.vpn[this.checked]!;
      if (vpn >= holeStart && vpn < holeEnd)
        throw new TraceError(
          `found a reference to page 0x${vpn.toString(16)}; a guest of mode ${format.name} has pages below 0x${holeStart.toString(16)}` +
            (format.linearBits === 32 ? '' : ' and canonical ones above'),
        );
    }
  }

  /** What has been counted so far. */
  result(): CellResult {
    const firstLevelMisses = sum(this.spines, (spine) => spine.firstLevelMisses);
    return this.resultWith(firstLevelMisses, this.counters, this.platform.walker.tally);
  }

  /** The same with other counts of what misses and walks. */
  resultWith(firstLevelMisses: number, counters: Counters, tally: WalkTally): CellResult {
    const { spec, spines, platform, all } = this;
    const processors = [...new Set(all.map(({ on }) => on))];
    const { counts } = spec.characteristics;
    const { refsByKind, runsByKind } = spines[0]!; // of all
    const hiddenRefs = this.refsOnEvents - (this.refsBefore ?? 0);
    return cellResult({
      counters: {
        ...counters,
        ...references({ refsByKind, runsByKind, firstLevelMisses }, counts, hiddenRefs),
        tlbFlushes: sum(all, ({ caches }) => caches.flushes),
        walkCacheEvictions: sum(processors, ({ walkCache }) => walkCache?.evictions ?? 0),
        ...traffic(all),
        nestedTlbEvictions: sum(processors, ({ nestedTlb }) => nestedTlb?.evictions ?? 0),
      },
      exits: { ...platform.exits },
      tally,
      first: definitionOf(spec.strategy).walks,
    });
  }
}

export class Cell extends CellWith<TlbHierarchy> {
  /** @param place which of the virtual machines on a processor that others use too it is, from 0 */
  constructor(spec: CellSpec, pages: PageDictionary, on: Processor = processorFor(spec, pages), place = 0) {
    super(spec, on, place);
  }
}

/** A processor for one cell alone. */
function processorFor({ config, strategy, characteristics }: CellSpec, pages: PageDictionary): Processor {
  return processor(config, definitionOf(strategy).virtualized, characteristics.lines ?? false, pages);
}

function guestFrames(config: RunConfig): FrameAllocator {
  const frames = framesOf(config);
  return config.guest.frames === 'scattered'
    ? scatteredFrames(0, frames, config.seed, 'guest.memoryMib')
    : sequentialFrames(0, frames, 'guest.memoryMib');
}

function startsWithReference({ kind, length }: EventBatch, row: number): boolean {
  return row < length && kind[row]! <= LAST_REFERENCE;
}

function traffic(all: readonly VirtualProcessor[]): Partial<Counters> {
  const moved = (name: keyof StateTraffic): number => sum(all, ({ vcpu }) => vcpu?.traffic[name] ?? 0);
  return {
    stateLoads: moved('stateLoads'),
    stateStores: moved('stateStores'),
    vmreads: moved('vmreads'),
    vmwrites: moved('vmwrites'),
    vmcbCleanSkips: moved('cleanSkips'),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
