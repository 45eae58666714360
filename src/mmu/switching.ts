/**
 * Walks that begin in shadow tables and go on in the guest's own, where a bit of a shadow entry says so: from there on each of the guest's
 * pointers is found through nested tables. J. Gandhi, M. Hill, M. Swift, "Agile Paging", ISCA 2016.
 *
 * The entry holds the system frame of the guest's table, and the rights of the guest's entries above: with k levels of shadow tables, g levels
 * of the guest's and n of nested ones a walk reads g + n(g - k) entries.
 */
import { LEVELS, type Dimension } from './dimension.js';
import { GUEST, SHADOW } from './walk-observer.js';
import type { WalkTally } from './walk-tally.js';

/** A bit that processors leave to software (PTE bits 9 to 11): in a shadow entry it leads to a table of the guest. */
export const SWITCH = 1 << 11;

/** What a walk begins with: a shadow root; the guest's root, at a known system frame; the guest's root, found through nested tables. */
export type WalkRoot = 'shadow' | 'known' | 'guest';

/** In `WalkPath.nestedLeaves`, below the bits of level 1: the table is one of the guest's. */
const IN_GUEST = 1;

export class Switching {
  /** Level of the first table of the guest that the last walk came to, by a switch or at its root; 0: it stayed in shadow tables. */
  at = 0;
  /** As Dimension.stopLow, for entries of shadow tables: the bit that switches stops a descent too. */
  readonly stopLow = new Int32Array(LEVELS);
  private root: WalkRoot = 'shadow';
  /** System frame of the guest's root; -1 where it is not known. */
  rootSystem = -1;

  constructor(private readonly tables: Dimension) {
    for (let level = 1; level < LEVELS; level++)
      this.stopLow[level] = tables.stopLow[level]! | (level > 1 ? SWITCH : 0);
  }

  /** What walks begin with from now on. @param frame of the root, in the memory that it is an address of */
  from(root: WalkRoot, frame: number, system = -1): void {
    this.root = root;
    this.tables.root = frame;
    this.rootSystem = system;
  }

  get walksFrom(): WalkRoot {
    return this.root;
  }

  /** A walk begins at the root; true: in shadow tables. */
  begin(top: number): boolean {
    this.at = this.root === 'shadow' ? 0 : this.root === 'known' ? top : top + 1;
    return this.at === 0;
  }

  /** A walk cache led to the table of a level; true: a shadow table. */
  resume(top: number, level: number, nestedLeaves: number): boolean {
    if ((nestedLeaves & IN_GUEST) === 0) {
      this.at = 0;
      return true;
    }
    let above = top;
    while (above >= level && ((nestedLeaves >> (3 * above)) & 7) === 0) above--;
    this.at = above >= level ? above + 1 : level;
    return false;
  }

  /** Whether an entry of a shadow table that stops a descent leads to a table of the guest. */
  leadsOn(low: number, high: number, level: number): boolean {
    const { presentMask, stopLow, stopHigh } = this.tables;
    if ((low & SWITCH) === 0 || (low & presentMask) === 0 || level === 1) return false;
    if (((low & stopLow[level]!) | (high & stopHigh[level]!)) !== 0) return false;
    this.at = level - 1;
    return true;
  }

  /** What `WalkPath.nestedLeaves` says of a table, besides what it says of those above. @param leaf level of the nested leaf found last */
  leafBits(level: number, leaf: number): number {
    if (level > this.at) return 0;
    return level === this.at ? IN_GUEST : IN_GUEST | (leaf << (3 * level));
  }

  dimensionOf(level: number): number {
    return level > this.at ? SHADOW : GUEST;
  }

  /** The walk needed the entries of levels `top` down to `last`, of shadow tables and of the guest's. */
  descend(tally: WalkTally, top: number, last: number): void {
    const { at } = this;
    if (at < top) tally.descend(SHADOW, top, Math.max(at + 1, last));
    if (last <= at) tally.descend(GUEST, Math.min(at, top), last);
  }
}
