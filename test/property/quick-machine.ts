/** A processor with small TLBs over random tables, with or without the loop for what ends plainly. */
import {
  machineSchema,
  type MachineInput,
  type NestedTlbConfig,
  type WalkCacheConfig,
} from '../../src/config/machine-schema.js';
import { newCounters } from '../../src/counters/counters.js';
import { Contexts } from '../../src/mmu/contexts.js';
import { ACCESS } from '../../src/mmu/dimension.js';
import { INVALIDATIONS } from '../../src/mmu/invalidation.js';
import { Mmu } from '../../src/mmu/mmu.js';
import { NestedTlb } from '../../src/mmu/nested-tlb.js';
import { PageIndex } from '../../src/mmu/page-index.js';
import { PteCache } from '../../src/mmu/pte-cache.js';
import { TlbHierarchy } from '../../src/mmu/tlb/tlb-hierarchy.js';
import { TranslationCaches } from '../../src/mmu/translation-caches.js';
import { createWalkCache } from '../../src/mmu/walk-cache/index.js';
import { GUEST, NESTED, SAVED_BY } from '../../src/mmu/walk-observer.js';
import { WALK, type Walker } from '../../src/mmu/walker.js';
import { takeResult } from '../../src/paging/hardware.js';
import { noTranslation, OUTCOME, type PagingStrategy } from '../../src/paging/strategy.js';
import { TINY } from '../support/machine.js';
import { TraceBuilder } from '../support/trace-builder.js';
import { RANDOM_PAGES, RandomTables, type HostName } from './random-tables.js';

/** Of four lines, sixteen and none. */
const SMALL_CACHES: MachineInput = {
  ...TINY,
  caches: {
    l1d: { kib: 1, ways: 2, cycles: 4 },
    l2: { kib: 1, ways: 4, cycles: 12 },
    l3: null,
    memoryCycles: 200,
  },
  pteCacheShare: 0.5,
};

export interface Setting {
  readonly host: HostName;
  readonly user: boolean;
  readonly replacement: 'lru' | 'tree-plru';
  /** Of the second TLB level. */
  readonly entries: number;
  readonly walkCache: WalkCacheConfig | null;
  readonly nestedTlb: NestedTlbConfig | null;
  /** Whether a model of the data caches serves table entries. */
  readonly pteCache: boolean;
}

export class QuickMachine {
  readonly tables: RandomTables;
  readonly counters = newCounters();
  readonly tlb: TlbHierarchy;
  private readonly control: TranslationCaches;
  private readonly mmu: Mmu;
  private readonly strategy: Walking;
  private readonly trace = new TraceBuilder();

  constructor({ host, user, replacement, entries, ...caches }: Setting, quick: boolean) {
    this.tables = new RandomTables(host);
    const { walker } = this.tables;
    walker.remember(quick);
    walker.setWalkCache(
      caches.walkCache === null ? null : createWalkCache(caches.walkCache),
      caches.walkCache?.dimensions === '2d',
    );
    walker.nestedTlb = caches.nestedTlb === null ? null : new NestedTlb(caches.nestedTlb);
    walker.pteCache = caches.pteCache ? new PteCache(machineSchema.parse(SMALL_CACHES), this.tables.memory) : null;
    for (const page of RANDOM_PAGES) this.trace.id(page);
    const contexts = new Contexts();
    const { tlb } = machineSchema.parse({
      ...TINY,
      tlb: {
        ...TINY.tlb,
        l1d: { shared: { entries: 4, ways: 2, replacement } },
        l2: { unified: { shared: { entries, ways: 4, replacement } } },
      },
    });
    this.tlb = new TlbHierarchy(tlb, new PageIndex(this.trace.pages), contexts);
    this.control = new TranslationCaches(contexts, this.tlb, walker);
    const leave = { pageFault: () => false };
    this.strategy = walking(walker);
    this.mmu = new Mmu(this.tlb, this.control, this.strategy, leave, this.counters, user ? ACCESS.user : 0);
  }

  /** References to pages given by their place in RANDOM_PAGES. */
  refer(rows: readonly (readonly ['fetch' | 'read' | 'write', number])[]): void {
    for (const [kind, at] of rows) this.trace.ref(kind, RANDOM_PAGES[at]!);
    const batch = this.trace.batch();
    this.mmu.replay(batch, 0);
  }

  invlpg(page: number): void {
    this.control.remove(INVALIDATIONS.invlpg(this.control.context, page));
  }

  loadCr3(): void {
    this.control.remove(INVALIDATIONS.cr3Write(this.control.context, 0, false));
  }

  /** Walks that the strategy was asked for. */
  get asked(): number {
    return this.strategy.asked;
  }

  /** All that a difference could be seen by, besides the words of the tables. */
  get state(): unknown {
    const { counters, tlb, mmu } = this;
    const { tally, guestRefs, nestedRefs, walkCache, nestedTlb } = this.tables.walker;
    const places = [GUEST, NESTED].flatMap((dimension) => [1, 2, 3, 4].map((level) => [dimension, level] as const));
    const arrays = [tlb.l1i, tlb.load, tlb.l2d!].map(({ small }) => small);
    return {
      counters: { ...counters },
      refs: [...mmu.refsByKind, ...mmu.runsByKind, mmu.firstLevelMisses],
      walks: [guestRefs, nestedRefs, tally.walks, tally.faultedWalks, tally.peak],
      served: places.map(([dimension, level]) => tally.servedAt(dimension, level)),
      faulted: [...tally.faultedServed],
      saved: Object.values(SAVED_BY).map((by) => places.map(([of, level]) => tally.savedAt(by, of, level))),
      hits: [...tally.hits],
      evictions: [walkCache?.evictions, nestedTlb?.evictions],
      tlbs: arrays.map(({ key, tag, frame, rights }) => [...key].map((of, at) => [of, tag[at], frame[at], rights[at]])),
    };
  }
}

interface Walking extends PagingStrategy {
  asked: number;
}

/** Nothing but walks: what faults is left. */
function walking(walker: Walker): Walking {
  const translation = noTranslation();
  const never = (): never => {
    throw new Error('not asked of this strategy');
  };
  return {
    asked: 0,
    translation,
    guestRoot: 0,
    translate(vpn, access) {
      this.asked++;
      if (walker.walk(vpn, access) !== WALK.ok) return OUTCOME.guestFault;
      takeResult(walker, access, translation);
      return OUTCOME.translated;
    },
    settled: () => walker,
    guestFault: never,
    readWord: never,
    writeEntry: never,
    presetEntry: never,
    cr3Write: never,
    invlpg: never,
    execute: never,
  };
}
