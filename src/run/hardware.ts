/** What one cell has of a processor: a walker with its registers, its tags, its place in memory, and what a VMM has of it. */
import type { RunConfig } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import { ConfigError } from '../errors.js';
import { FORMATS, type TableFormat } from '../memory/formats/index.js';
import { BARE_METAL, HostMemory } from '../memory/host-memory.js';
import type { PageIndex } from '../mmu/page-index.js';
import type { DataCaches } from '../mmu/pte-cache.js';
import type { Tlb } from '../mmu/spine.js';
import type { TlbHierarchy } from '../mmu/tlb/tlb-hierarchy.js';
import { TranslationCaches } from '../mmu/translation-caches.js';
import type { Platform, StrategyDefinition } from '../paging/strategy.js';
import { GuestAsid } from '../vmm/asids.js';
import { noExits } from '../vmm/exits.js';
import { vmmFrames, type Processor } from './processor.js';
import { vcpuOf } from './vcpu.js';
import type { VirtualProcessor } from './virtual-processors.js';

const FRAMES_PER_MIB = 256;

export interface Hardware<T extends Tlb = TlbHierarchy> {
  readonly platform: { -readonly [key in keyof Platform]: Platform[key] };
  readonly index: PageIndex;
  readonly tlb: T;
  readonly caches: TranslationCaches;
  readonly dataCaches: DataCaches | null;
}

/** @param place which of the virtual machines on the processor it is, from 0 */
export function hardware<T extends Tlb>(
  config: RunConfig,
  definition: StrategyDefinition,
  processor: Processor<T>,
  counters: Counters,
  place = 0,
): Hardware<T> {
  const { virtualized, deprivileged = false } = definition;
  const { machine, host } = config;
  const { memory, vmmFrames, controls, index, contexts, tlb, dataCaches, asids } = processor;
  const walker = processor.newWalker();
  const caches = new TranslationCaches(contexts, tlb, walker);
  const nestedFormat: TableFormat = machine.nested?.kind === 'ept' ? FORMATS.ept : FORMATS[host.mode];
  const platform: Hardware<T>['platform'] = {
    memory,
    vmmFrames,
    host: virtualized ? hostMemory(config, place) : BARE_METAL,
    walker,
    nestedFormat,
    nestedSpace: 1 + place,
    controls,
    tlb: caches,
    counters,
    exits: noExits(),
    vcpu: virtualized && !deprivileged ? vcpuOf(config, definition) : null,
    technique: config.vmm.technique,
    machine,
    policy: config.vmm,
    asid: new GuestAsid(asids, machine.vendor === 'intel'),
    emptyOthers: null,
  };
  return { platform, index, tlb, caches, dataCaches };
}

/** What the other virtual processors of a machine have, on processors of their own or on that of the first. */
export function otherProcessors<T extends Tlb>(
  { platform, caches }: Hardware<T>,
  config: RunConfig,
  definition: StrategyDefinition,
  on: Processor<T>,
): VirtualProcessor[] {
  const { vcpu, asid, walker, machine } = platform;
  const own = !definition.virtualized || config.vmm.vcpus === 'own';
  const others = Array.from({ length: config.guest.vcpus - 1 }, (): VirtualProcessor => {
    const processor = own ? on.another() : on;
    return {
      on: processor,
      caches: new TranslationCaches(processor.contexts, processor.tlb, walker),
      vcpu: vcpu === null ? null : vcpuOf(config, definition),
      asid: new GuestAsid(processor.asids, machine.vendor === 'intel'),
    };
  });
  return [{ on, caches, vcpu, asid }, ...others];
}

/** Frames of a guest's memory. */
export function framesOf({ guest }: RunConfig): number {
  return guest.memoryMib * FRAMES_PER_MIB;
}

const BLOCK_FRAMES = { '4k': 1, '2m': 2 ** 9, '4m': 2 ** 10, '1g': 2 ** 18 };

/** Behind the VMM's own frames one virtual machine after the other. */
function hostMemory(config: RunConfig, place: number): HostMemory {
  const { host, machine, seed } = config;
  const blockFrames = BLOCK_FRAMES[host.pages];
  const frames = Math.max(blockFrames, 2 ** Math.ceil(Math.log2(framesOf(config))));
  const firstFrame = vmmFrames(config) + place * frames;
  const bits = Math.min(machine.paging.maxPhyAddr, host.mode === '32bit' ? 32 : Infinity);
  if (place > 0 && firstFrame + frames > 2 ** (bits - 12))
    throw new ConfigError(
      `guest.memoryMib: found ${config.guest.memoryMib}; ${place + 1} virtual machines of that size need more than the ${bits} bits of a physical address here`,
    );
  return new HostMemory({
    firstFrame,
    frames,
    blockFrames,
    scatterSeed: host.frames === 'scattered' ? seed + place : null,
  });
}
