/**
 * Whether shadow or nested paging suits a machine, from what was measured in an interval: X. Wang et al., "Selective Hardware/Software Memory
 * Virtualization", VEE 2011, weigh TLB misses against page faults. A mode that did not pay is tried again later and later.
 */
import type { ShadowPolicy } from '../../config/schema.js';

export type Mode = 'shadow' | 'nested';

/** What a VMM can count in an interval, with the processor's counters. */
export interface Measured {
  /** Walks that ended in a translation, and the table entries that they read. */
  readonly walks: number;
  readonly walkRefs: number;
  /** Page faults of the guest. */
  readonly faults: number;
  /** VM exits on behalf of translation. */
  readonly exits: number;
}

const LONGEST_WAIT = 64;

export class SelectivePolicy {
  /** Last measured in each mode; at first, of walks without caches. */
  private readonly refsPerWalk: Record<Mode, number>;
  private exitsPerFault: number;
  /** Walks under shadow paging for each one under nested paging: shadow tables have no global pages, and MOV to CR3 empties the TLB. */
  private walksPerWalk = 1;
  private lastNestedWalks = 0;
  private exitsPerMove: number;
  /** Intervals in the present mode. */
  private stay = 0;
  /** Intervals of nested paging before shadow paging is tried again. */
  private wait = 1;

  constructor(
    private readonly options: ShadowPolicy['selective'],
    guestLevels: number,
    nestedLevels: number,
  ) {
    this.refsPerWalk = { shadow: guestLevels, nested: (guestLevels + 1) * (nestedLevels + 1) - 1 };
    this.exitsPerFault = options.exitsPerFault;
    this.exitsPerMove = options.exitsPerMove;
  }

  /** The mode after an interval. Its first one in a mode is not judged: tables are still being filled. */
  next(mode: Mode, measured: Measured): Mode {
    this.stay++;
    const { walks, walkRefs, faults, exits } = measured;
    if (this.stay === 1 && mode === 'shadow') this.exitsPerMove = Math.max(this.options.exitsPerMove, exits);
    if (this.stay === 1) return mode;
    if (walks > 0) this.refsPerWalk[mode] = walkRefs / walks;
    const { exitRefs } = this.options;
    if (mode === 'nested') {
      this.lastNestedWalks = walks;
      const saved = walks * (this.refsPerWalk.nested - this.walksPerWalk * this.refsPerWalk.shadow);
      const exitsToCome = faults * this.exitsPerFault + this.exitsPerMove;
      if (this.stay <= this.wait || saved <= exitsToCome * exitRefs) return mode;
      this.stay = 0;
      return 'shadow';
    }
    if (faults > 0) this.exitsPerFault = exits / faults;
    if (this.stay === 2 && this.lastNestedWalks > 0) this.walksPerWalk = Math.max(1, walks / this.lastNestedWalks);
    const saved = exits * exitRefs;
    if (saved <= walks * (this.refsPerWalk.nested / this.walksPerWalk - this.refsPerWalk.shadow)) return mode;
    this.wait = this.stay > this.wait + 1 ? 1 : Math.min(LONGEST_WAIT, 2 * this.wait);
    this.stay = 0;
    return 'nested';
  }
}
