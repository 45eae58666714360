/** Everything that caches translations in one processor - TLBs, walk cache, nested TLB - under the tags of the context that runs. */
import type { TlbControl } from '../paging/strategy.js';
import { Contexts, type Context } from './contexts.js';
import { ANY, inScope, type LinearScope, type Scope } from './invalidation.js';
import type { Tlb } from './spine.js';
import { GUEST, NESTED } from './walk-observer.js';
import type { Walker } from './walker.js';

export class TranslationCaches implements TlbControl {
  /** Removals of whole contexts, by guest, VMM or world switch. */
  flushes = 0;
  private current: Context = { vpid: 0, pcid: 0, eptp: 0 };

  constructor(
    private readonly contexts: Contexts,
    private readonly tlb: Tlb,
    private readonly walker: Walker,
  ) {
    this.enter(this.current);
  }

  get context(): Context {
    return this.current;
  }

  enter(context: Context, fresh = false): void {
    const { walkCache } = this.walker;
    if (fresh && walkCache?.kind === 'entries') walkCache.clear();
    this.current = context;
    const id = this.contexts.id(context);
    this.tlb.select(id);
    this.walker.setSpaces(id, context.eptp);
  }

  remove({ linear, guestPhysical, flush }: Scope): void {
    if (flush) this.flushes++;
    if (linear !== null) this.removeLinear(linear);
    if (guestPhysical !== null) {
      const gone = (eptp: number): boolean => guestPhysical.eptp === ANY || guestPhysical.eptp === eptp;
      this.walker.nestedTlb?.dropSpaces(gone);
      this.dropFromWalkCache(NESTED, gone);
    }
  }

  private removeLinear(scope: LinearScope): void {
    const contexts = this.contextsIn(scope);
    const { walkCache } = this.walker;
    if (scope.page === ANY) this.tlb.remove(contexts, scope.keepGlobal);
    else this.tlb.invalidate(scope.page, contexts, scope.keepGlobal);
    if (scope.walkCache === 'page' && walkCache?.kind === 'starts') {
      const { indexBits } = this.walker.guest;
      for (const space of contexts) walkCache.drop({ dimension: GUEST, space, indexBits }, scope.page);
    } else if (scope.walkCache !== 'none') this.dropFromWalkCache(GUEST, (id) => contexts.includes(id));
  }

  private contextsIn(scope: LinearScope): readonly number[] {
    const found: number[] = [];
    if (scope.page !== ANY && scope.pcid !== ANY && !scope.keepGlobal) this.meetGlobals(scope);
    for (let id = 0; id < this.contexts.count; id++) if (inScope(scope, this.contexts.at(id))) found.push(id);
    return found;
  }

  /** Global translations of other PCIDs are removed through the context of the scope's PCID, also where that has never run. */
  private meetGlobals(scope: LinearScope): void {
    for (let id = 0; id < this.contexts.count; id++) {
      const context = this.contexts.at(id);
      if (context.pcid !== scope.pcid && inScope({ ...scope, pcid: ANY }, context))
        this.contexts.id({ ...context, pcid: scope.pcid });
    }
  }

  /** Entries that are kept by their physical address do not tell whose they are: all of them go. */
  private dropFromWalkCache(dimension: number, gone: (space: number) => boolean): void {
    const { walkCache } = this.walker;
    if (walkCache?.kind === 'entries') walkCache.clear();
    else walkCache?.dropSpaces(dimension, gone);
  }
}
