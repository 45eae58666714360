/** What goes through the references of a trace, and what keeps translations meanwhile: one processor's TLBs, or another way to tell what they do. */
import type { Machine } from '../config/machine-schema.js';
import type { Counters } from '../counters/counters.js';
import type { PagingStrategy, TlbControl } from '../paging/strategy.js';
import type { EventBatch } from '../trace/event.js';
import type { Contexts } from './contexts.js';
import type { FaultHandler } from './miss-path.js';
import { Mmu } from './mmu.js';
import type { PageIndex } from './page-index.js';
import type { DataCaches } from './pte-cache.js';
import { TlbHierarchy } from './tlb/tlb-hierarchy.js';
import type { Walker } from './walker.js';

/** What removals reach. */
export interface Tlb {
  /** Makes room for the pages that the index knows. */
  reserve(): void;
  /** Look-ups and fills are of this context from now on. */
  select(context: number): void;
  /** Removes a page, of any size, from some contexts. */
  invalidate(vpn: number, contexts: readonly number[], keepGlobal: boolean): void;
  /** Removes all translations of some contexts. */
  remove(contexts: readonly number[], keepGlobal: boolean): void;
}

export interface Spine {
  /** References of the replay so far, and runs, by kind. */
  readonly refsByKind: Float64Array;
  readonly runsByKind: Float64Array;
  readonly firstLevelMisses: number;
  /** Replays the references from row `from` to the next event; returns the row of that event, or the batch's length. */
  replay(batch: EventBatch, from: number): number;
  /** System frame that the first-level TLB holds for a page, with a right; -1 if it does not. */
  held(key: number, kind: number): number;
}

export interface SpineParts {
  readonly control: TlbControl;
  readonly strategy: PagingStrategy;
  readonly guest: FaultHandler;
  readonly counters: Counters;
  /** ACCESS.user, or 0 where references may be the kernel's: a trace does not say whose each one is. */
  readonly privilege: number;
  /** Caches that hold data beside tables, for traces that say which lines they use; else null. */
  readonly dataCaches: DataCaches | null;
  /** Other processors count together with this one. */
  readonly together: Pick<Spine, 'refsByKind' | 'runsByKind'> | null;
}

/** A kind of TLBs, and the spine that goes with it. */
export interface TranslationUnit<T extends Tlb> {
  tlb(config: Machine['tlb'], index: PageIndex, contexts: Contexts, seed: number): T;
  spine(tlb: T, parts: SpineParts, walker: Walker): Spine;
}

/** As processors have them. */
export const HIERARCHY: TranslationUnit<TlbHierarchy> = {
  tlb: (config, index, contexts, seed) => new TlbHierarchy(config, index, contexts, seed),
  spine: (tlb, { control, strategy, guest, counters, privilege, dataCaches, together }) =>
    new Mmu(tlb, control, strategy, guest, counters, privilege, dataCaches, together),
};
