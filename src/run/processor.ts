/** The processor of a cell and the memory behind it: what virtual machines that run on it by turns have in common. */
import type { Machine } from '../config/machine-schema.js';
import type { RunConfig } from '../config/schema.js';
import { FORMATS } from '../memory/formats/index.js';
import { sequentialFrames, type FrameAllocator } from '../memory/frames.js';
import { PhysicalMemory } from '../memory/physical.js';
import { Contexts } from '../mmu/contexts.js';
import { DEFAULT_CONTROLS, Dimension, type PagingControls } from '../mmu/dimension.js';
import { NestedTlb } from '../mmu/nested-tlb.js';
import { PageIndex } from '../mmu/page-index.js';
import { DataCaches, PteCache } from '../mmu/pte-cache.js';
import { HIERARCHY, type Spine, type SpineParts, type Tlb, type TranslationUnit } from '../mmu/spine.js';
import type { TlbHierarchy } from '../mmu/tlb/tlb-hierarchy.js';
import { createWalkCache } from '../mmu/walk-cache/index.js';
import type { WalkCache } from '../mmu/walk-cache/walk-cache.js';
import { Walker } from '../mmu/walker.js';
import type { PageDictionary } from '../trace/event.js';
import { AsidPool } from '../vmm/asids.js';

export interface Processor<T extends Tlb = TlbHierarchy> {
  readonly memory: PhysicalMemory;
  /** Frames for the tables of the VMM. */
  readonly vmmFrames: FrameAllocator;
  readonly controls: PagingControls;
  readonly index: PageIndex;
  readonly contexts: Contexts;
  readonly tlb: T;
  /** Where data competes with tables; null for page-grained traces. */
  readonly dataCaches: DataCaches | null;
  readonly walkCache: WalkCache | null;
  readonly nestedTlb: NestedTlb | null;
  readonly asids: AsidPool;
  /** A walker with registers of its own and the caches of the processor: what one guest sees of it. */
  newWalker(): Walker;
  /** Gives a walker the caches of this processor. */
  equip(walker: Walker): void;
  /** What goes through references by its TLBs. */
  newSpine(parts: SpineParts, walker: Walker): Spine;
  /** Another of its kind, with the same memory. */
  another(): Processor<T>;
}

/** Of a processor that nobody sends references to. */
export const NO_PAGES: PageDictionary = { size: 0, vpn: new Float64Array(0) };

/** @param lines whether the references say which lines they use */
export function processor(config: RunConfig, virtualized: boolean, lines: boolean, pages: PageDictionary): Processor {
  return processorWith(HIERARCHY, config, virtualized, lines, pages);
}

/** As `processor`, with TLBs of another kind. */
export function processorWith<T extends Tlb>(
  unit: TranslationUnit<T>,
  config: RunConfig,
  virtualized: boolean,
  lines: boolean,
  pages: PageDictionary,
): Processor<T> {
  const { machine, guest, seed } = config;
  const memory = new PhysicalMemory();
  const controls = controlsOf(machine);
  const guestControls = guest.mode === '32bit' ? { ...controls, nxe: false } : controls;
  const modelled = machine.pteCacheShare > 0;
  const index = new PageIndex(pages, largeShift(config, virtualized));
  const frames = sequentialFrames(1, vmmFrames(config) - 1, 'memory of the VMM (fixed)');
  const another = (): Processor<T> => {
    const dataCaches = lines && modelled ? new DataCaches(machine, memory) : null;
    const pteCache = dataCaches ?? (modelled ? new PteCache(machine, memory) : null);
    const walkCache = machine.walkCache === null ? null : createWalkCache(machine.walkCache);
    const nestedTlb = machine.nestedTlb === null ? null : new NestedTlb(machine.nestedTlb);
    const contexts = new Contexts();
    const tlb = unit.tlb(machine.tlb, index, contexts, seed);
    const equip = (walker: Walker): void => {
      walker.pteCache = pteCache;
      walker.setWalkCache(walkCache, machine.walkCache?.dimensions === '2d');
      walker.nestedTlb = nestedTlb;
    };
    return {
      memory,
      vmmFrames: frames,
      controls,
      index,
      contexts,
      tlb,
      dataCaches,
      walkCache,
      nestedTlb,
      asids: new AsidPool(machine.asids),
      newWalker: () => {
        const walker = new Walker(memory, new Dimension(FORMATS[guest.mode], 0, guestControls));
        equip(walker);
        walker.remember();
        return walker;
      },
      equip,
      newSpine: (parts, walker) => unit.spine(tlb, parts, walker),
      another,
    };
  };
  return another();
}

function controlsOf({ paging, nested }: Machine): PagingControls {
  return {
    ...DEFAULT_CONTROLS,
    maxPhyAddr: paging.maxPhyAddr,
    page1gb: paging.page1g,
    bit8Reserved: paging.pml4eBit8Reserved,
    earlyAccessed: paging.accessedBits === 'every-entry',
    eptAccessedDirty: nested?.accessedDirty ?? true,
    executeOnly: nested?.executeOnly ?? false,
    modeBasedExecute: nested?.modeBasedExecute ?? false,
  };
}

/** Frames below this one hold the VMM's tables; the memory of virtual machines begins here. 32-bit nested tables reach 4 GiB in all. */
export function vmmFrames({ machine, host }: RunConfig): number {
  return machine.nested?.kind === 'npt' && host.mode === '32bit' ? 2 ** 18 : 2 ** 20;
}

/** A translation of 4 MiB needs a guest page and, in a virtual machine, a host page of that size, and entries that hold it whole. */
function largeShift({ machine, guest, host }: RunConfig, virtualized: boolean): 21 | 22 {
  const whole = guest.mode === '32bit' && !machine.tlb.split4m;
  return whole && (!virtualized || host.pages === '4m' || host.pages === '1g') ? 22 : 21;
}
