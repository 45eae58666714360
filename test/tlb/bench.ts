/** TLBs, walk cache and nested TLB under one control, with an Mmu in front whose translations a plain function gives. */
import { machineSchema, type Machine, type MachineInput } from '../../src/config/machine-schema.js';
import { newCounters } from '../../src/counters/counters.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { Contexts, type Context } from '../../src/mmu/contexts.js';
import { Mmu } from '../../src/mmu/mmu.js';
import { NestedTlb } from '../../src/mmu/nested-tlb.js';
import { PageIndex } from '../../src/mmu/page-index.js';
import { TlbHierarchy } from '../../src/mmu/tlb/tlb-hierarchy.js';
import type { TlbLevel } from '../../src/mmu/tlb/tlb-level.js';
import { TranslationCaches } from '../../src/mmu/translation-caches.js';
import { createWalkCache } from '../../src/mmu/walk-cache/index.js';
import { Walker } from '../../src/mmu/walker.js';
import { OUTCOME, RIGHT, type PagingStrategy, type Translation } from '../../src/paging/strategy.js';
import { KIND } from '../../src/trace/event.js';
import { TINY } from '../support/machine.js';
import { TraceBuilder } from '../support/trace-builder.js';

/** What the tables say of a page for an access; null: a page fault. */
export type Mapping = Partial<Translation> | null;
export type Kind = 'fetch' | 'read' | 'write';

export interface BenchOptions {
  readonly tlb?: Partial<MachineInput['tlb']>;
  readonly walkCache?: Machine['walkCache'];
  readonly largeShift?: 21 | 22;
  /** Pages that there are, by number. */
  readonly pages: readonly number[];
  readonly map?: (vpn: number, access: number, context: Context) => Mapping;
  /** What the guest does at a page fault. */
  readonly fault?: (vpn: number) => boolean;
}

const EVERYTHING = RIGHT.read | RIGHT.write | RIGHT.fetch;

export class TlbBench {
  readonly counters = newCounters();
  readonly contexts = new Contexts();
  readonly nestedTlb = new NestedTlb({ entries: 256, ways: 0, holds: 'all', cycles: 1 });
  readonly walkCache;
  readonly tlb: TlbHierarchy;
  readonly control: TranslationCaches;
  readonly mmu: Mmu;
  /** Pages that were asked of the tables, in order. */
  readonly asked: number[] = [];
  private readonly trace = new TraceBuilder();
  private readonly index: PageIndex;

  constructor({ tlb, walkCache = null, largeShift = 21, pages, map, fault }: BenchOptions) {
    const machine = machineSchema.parse({ ...TINY, tlb: { ...TINY.tlb, ...tlb } });
    for (const vpn of pages) this.trace.id(vpn);
    this.index = new PageIndex(this.trace.pages, largeShift);
    this.tlb = new TlbHierarchy(machine.tlb, this.index, this.contexts);
    this.walkCache = walkCache === null ? null : createWalkCache(walkCache);
    const walker = new Walker(new PhysicalMemory());
    walker.setWalkCache(this.walkCache, true);
    walker.nestedTlb = this.nestedTlb;
    this.control = new TranslationCaches(this.contexts, this.tlb, walker);
    const translation = { frame: 0, guestFrame: -1, pageShift: 12, guestShift: 12, rights: EVERYTHING, global: false };
    const never = (): never => {
      throw new Error('nobody asks for this');
    };
    const strategy: PagingStrategy = {
      translation,
      guestRoot: 0,
      translate: (vpn, access) => {
        this.asked.push(vpn);
        const mapping = map === undefined ? {} : map(vpn, access, this.control.context);
        if (mapping === null) return OUTCOME.guestFault;
        const plain = { frame: 1000 + vpn, pageShift: 12, rights: EVERYTHING, global: false };
        Object.assign(translation, plain, mapping, { guestShift: mapping.pageShift ?? 12 });
        return OUTCOME.translated;
      },
      guestFault: () => undefined,
      ...{ readWord: never, writeEntry: never, presetEntry: never, cr3Write: never, invlpg: never, execute: never },
    };
    const handler = { pageFault: (vpn: number) => fault?.(vpn) ?? false };
    this.mmu = new Mmu(this.tlb, this.control, strategy, handler, this.counters, 4);
  }

  ref(kind: Kind, ...vpns: number[]): this {
    for (const vpn of vpns) this.trace.ref(kind, vpn);
    const batch = this.trace.batch();
    this.mmu.replay(batch, 0);
    return this;
  }

  run(context: Context): this {
    this.control.enter(context);
    return this;
  }

  /** Whether a level holds the page in the current context. */
  holds(level: TlbLevel, vpn: number): boolean {
    return level.find(this.index, this.trace.id(vpn)) >= 0;
  }

  /** Pages that a level holds, in the current context. */
  held(level: TlbLevel): number[] {
    return [...this.trace.pages.vpn.subarray(0, this.trace.pages.size)].filter((vpn) => this.holds(level, vpn));
  }

  frameOf(vpn: number, kind: Kind = 'read'): number {
    return this.mmu.held(this.trace.id(vpn), KIND[kind]);
  }
}
