/** One cell: one trace on one machine under one strategy. The whole simulation, pure: no threads, no files, no clock. */
import type { RunConfig } from '../config/schema.js';
import { newCounters, type Counters } from '../counters/counters.js';
import { TraceError } from '../errors.js';
import { GuestOs } from '../guest/guest-os.js';
import type { Guest } from '../guest/guest.js';
import { RecordedGuest } from '../guest/recorded-guest.js';
import { scatteredFrames, sequentialFrames, type FrameAllocator } from '../memory/frames.js';
import { Mmu } from '../mmu/mmu.js';
import type { PageIndex } from '../mmu/page-index.js';
import { definitionOf, type StrategyName } from '../paging/index.js';
import type { StackedName } from '../paging/names.js';
import { ACCESS, type PagingStrategy, type Platform } from '../paging/strategy.js';
import type { TraceSource } from '../trace/source.js';
import { LAST_REFERENCE, type EventBatch, type PageDictionary, type TraceCharacteristics } from '../trace/event.js';
import type { Vcpu } from '../vmm/vcpu.js';
import { Audit } from './audit.js';
import { cellResult, references, type CellResult } from './cell-result.js';
import { framesOf, hardware, type Hardware } from './hardware.js';
import { processor, type Processor } from './processor.js';

export interface CellSpec {
  readonly strategy: StrategyName | StackedName;
  readonly characteristics: TraceCharacteristics;
  readonly config: RunConfig;
  /** Checks after every event that hardware uses nothing but what the guest's tables say: see audit.ts. */
  readonly audit?: boolean;
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
  readonly platform: Platform;
  readonly index: PageIndex;
  readonly paging: PagingStrategy;
  readonly mmu: Mmu;
  readonly hardware: Hardware;
  private readonly guest: Guest;
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
    pages: PageDictionary,
    on: Processor = processorFor(spec, pages),
    place = 0,
  ) {
    const { config, strategy, characteristics } = spec;
    const definition = definitionOf(strategy);
    this.hardware = hardware(config, definition, on, this.counters, place);
    const { platform, index, tlb, caches, dataCaches } = this.hardware;
    this.platform = platform;
    this.index = index;
    const paging = definition.create(platform);
    this.paging = paging;
    this.guest =
      characteristics.source === 'user'
        ? new GuestOs(paging, guestFrames(config), this.counters, config.guest, platform.walker.guest.format)
        : new RecordedGuest(paging, this.counters, config.guest.pcid);
    const privilege = characteristics.kernelReferences ? 0 : ACCESS.user;
    this.mmu = new Mmu(tlb, caches, paging, this.guest, this.counters, privilege, dataCaches);
    this.audit = spec.audit === true ? new Audit(this) : null;
  }

  /** Replays the rows of a batch; the dictionary must already hold its pages. */
  replay(batch: EventBatch): void {
    this.refsBefore ??= batch.count[0] ?? null;
    this.checkAddresses();
    this.index.grow();
    this.hardware.tlb.reserve();
    let from = 0;
    if (startsWithReference(batch, 0)) this.guest.resume?.();
    for (let row = this.mmu.replay(batch, 0); row < batch.length; row = this.mmu.replay(batch, row + 1)) {
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
    const { spec, counters, mmu, platform } = this;
    const { counts } = spec.characteristics;
    const hiddenRefs = this.refsOnEvents - (this.refsBefore ?? 0);
    return cellResult({
      counters: {
        ...counters,
        ...references(mmu, counts, hiddenRefs),
        tlbFlushes: this.hardware.caches.flushes,
        walkCacheEvictions: platform.walker.walkCache?.evictions ?? 0,
        ...traffic(platform.vcpu),
        nestedTlbEvictions: platform.walker.nestedTlb?.evictions ?? 0,
      },
      exits: { ...platform.exits },
      tally: platform.walker.tally,
      first: definitionOf(spec.strategy).walks,
    });
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

function traffic(vcpu: Vcpu | null): Partial<Counters> {
  if (vcpu === null) return {};
  const { stateLoads, stateStores, vmreads, vmwrites, cleanSkips } = vcpu.traffic;
  return { stateLoads, stateStores, vmreads, vmwrites, vmcbCleanSkips: cleanSkips };
}
