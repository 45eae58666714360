/** The simulated machine of a cell, put together from its configuration: memory, walker, TLBs and caches, and what a VMM has of it. */
import type { Machine } from '../config/machine-schema.js';
import type { RunConfig } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import { FORMATS, type TableFormat } from '../memory/formats/index.js';
import { sequentialFrames } from '../memory/frames.js';
import { BARE_METAL, HostMemory } from '../memory/host-memory.js';
import { PhysicalMemory } from '../memory/physical.js';
import { Contexts } from '../mmu/contexts.js';
import { DEFAULT_CONTROLS, Dimension, type PagingControls } from '../mmu/dimension.js';
import { NestedTlb } from '../mmu/nested-tlb.js';
import { PageIndex } from '../mmu/page-index.js';
import { DataCaches, PteCache } from '../mmu/pte-cache.js';
import { TlbHierarchy } from '../mmu/tlb/tlb-hierarchy.js';
import { TranslationCaches } from '../mmu/translation-caches.js';
import { createWalkCache } from '../mmu/walk-cache/index.js';
import { Walker } from '../mmu/walker.js';
import type { Platform, StrategyDefinition } from '../paging/strategy.js';
import type { PageDictionary } from '../trace/event.js';
import { AsidPool } from '../vmm/asids.js';
import { noExits } from '../vmm/exits.js';
import { vcpuOf } from './vcpu.js';

const FRAMES_PER_MIB = 256;

export interface Hardware {
  readonly platform: Platform;
  readonly index: PageIndex;
  readonly tlb: TlbHierarchy;
  readonly caches: TranslationCaches;
  /** Where data competes with tables; null for page-grained traces. */
  readonly dataCaches: DataCaches | null;
}

export function hardware(
  config: RunConfig,
  definition: StrategyDefinition,
  lines: boolean,
  pages: PageDictionary,
  counters: Counters,
): Hardware {
  const { virtualized, deprivileged = false } = definition;
  const { machine, guest, host, seed } = config;
  const memory = new PhysicalMemory();
  const controls = controlsOf(machine);
  const guestControls = guest.mode === '32bit' ? { ...controls, nxe: false } : controls;
  const walker = new Walker(memory, new Dimension(FORMATS[guest.mode], 0, guestControls));
  const modelled = machine.pteCacheShare > 0;
  const dataCaches = lines && modelled ? new DataCaches(machine, memory) : null;
  walker.pteCache = dataCaches ?? (modelled ? new PteCache(machine) : null);
  const walkCache = machine.walkCache === null ? null : createWalkCache(machine.walkCache);
  walker.setWalkCache(walkCache, machine.walkCache?.dimensions === '2d');
  walker.nestedTlb = machine.nestedTlb === null ? null : new NestedTlb(machine.nestedTlb);
  const index = new PageIndex(pages, largeShift(config, virtualized));
  const contexts = new Contexts();
  const tlb = new TlbHierarchy(machine.tlb, index, contexts, seed);
  const caches = new TranslationCaches(contexts, tlb, walker);
  const nestedFormat: TableFormat = machine.nested?.kind === 'ept' ? FORMATS.ept : FORMATS[host.mode];
  const platform: Platform = {
    memory,
    vmmFrames: sequentialFrames(1, vmmFrames(config) - 1, 'memory of the VMM (fixed)'),
    host: virtualized ? hostMemory(config) : BARE_METAL,
    walker,
    nestedFormat,
    controls,
    tlb: caches,
    counters,
    exits: noExits(),
    vcpu: virtualized && !deprivileged ? vcpuOf(config, definition) : null,
    technique: config.vmm.technique,
    machine,
    policy: config.vmm,
    asids: new AsidPool(machine.asids),
  };
  return { platform, index, tlb, caches, dataCaches };
}

/** Frames of a guest's memory. */
export function framesOf({ guest }: RunConfig): number {
  return guest.memoryMib * FRAMES_PER_MIB;
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

/** Frames below this one hold the VMM's tables; the memory of the virtual machine begins here. 32-bit nested tables reach 4 GiB in all. */
function vmmFrames({ machine, host }: RunConfig): number {
  return machine.nested?.kind === 'npt' && host.mode === '32bit' ? 2 ** 18 : 2 ** 20;
}

const BLOCK_FRAMES = { '4k': 1, '2m': 2 ** 9, '4m': 2 ** 10, '1g': 2 ** 18 };

function hostMemory(config: RunConfig): HostMemory {
  const { host, seed } = config;
  const blockFrames = BLOCK_FRAMES[host.pages];
  return new HostMemory({
    firstFrame: vmmFrames(config),
    frames: Math.max(blockFrames, 2 ** Math.ceil(Math.log2(framesOf(config)))),
    blockFrames,
    scatterSeed: host.frames === 'scattered' ? seed : null,
  });
}

/** A translation of 4 MiB needs a guest page and, in a virtual machine, a host page of that size, and entries that hold it whole. */
function largeShift({ machine, guest, host }: RunConfig, virtualized: boolean): 21 | 22 {
  const whole = guest.mode === '32bit' && !machine.tlb.split4m;
  return whole && (!virtualized || host.pages === '4m' || host.pages === '1g') ? 22 : 21;
}
