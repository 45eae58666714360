/** TLBs of which only the sets that are drawn hold what they would hold, and beside them all translations that any could hold. */
import type { Machine } from '../../config/machine-schema.js';
import type { Contexts } from '../contexts.js';
import { Known } from '../many/known.js';
import type { PageIndex } from '../page-index.js';
import type { Tlb } from '../spine.js';
import { TlbHierarchy } from '../tlb/tlb-hierarchy.js';

export class SampledTlbs implements Tlb {
  readonly hierarchy: TlbHierarchy;
  readonly known: Known;
  /**
   * By page: bits of RIGHT for references that no walk could make anything of, as long as nothing is removed and no table is written; for pages
   * of units that are drawn three bits further up.
   */
  quiet = new Uint8Array(1024);
  /** By page that has such bits: the place of its unit. */
  unit = new Int16Array(1024);
  /** Tells who has references that were made before. */
  beforeRemovals: (() => void) | null = null;

  constructor(
    config: Machine['tlb'],
    readonly index: PageIndex,
    contexts: Contexts,
    seed: number,
  ) {
    this.hierarchy = new TlbHierarchy(config, index, contexts, seed);
    this.known = new Known(index, contexts);
  }

  reserve(): void {
    this.hierarchy.reserve();
    this.known.reserve();
    if (this.quiet.length >= this.index.size) return;
    this.quiet = new Uint8Array(2 * this.index.size);
    this.unit = new Int16Array(2 * this.index.size);
  }

  select(context: number): void {
    this.beforeRemovals?.();
    this.hierarchy.select(context);
    this.known.select(context);
    this.forget();
  }

  invalidate(vpn: number, contexts: readonly number[], keepGlobal: boolean): void {
    this.beforeRemovals?.();
    this.hierarchy.invalidate(vpn, contexts, keepGlobal);
    for (const context of contexts)
      this.known.invalidate(vpn, context, keepGlobal, () => {
        // The hierarchy has removed it by itself.
      });
    this.forget();
  }

  remove(contexts: readonly number[], keepGlobal: boolean): void {
    this.beforeRemovals?.();
    this.hierarchy.remove(contexts, keepGlobal);
    this.known.remove(contexts, keepGlobal);
    this.forget();
  }

  /** Every page has to be looked at again. */
  forget(): void {
    this.quiet.fill(0);
  }
}
