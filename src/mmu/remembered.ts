/**
 * Walks that begin where one before them has been: the words of upper tables that it read, and the nested walks that found those tables, are not
 * gone through again while nothing has written to them (see ways.ts). Counts and results are those of the whole walk; what would set a bit,
 * be refused, or be seen by a cache or an observer is left to that.
 */
import { lowerPart, upperPart } from '../memory/address.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { entryFrame } from '../memory/page-table.js';
import { CachedWalk } from './cached-walk.js';
import type { Dimension } from './dimension.js';
import type { NestedWalk } from './nested-walk.js';
import { NESTED } from './walk-observer.js';
import { LEAF_MASK, Ways, WAY } from './ways.js';
import type { Walker } from './walker.js';

export class Remembered {
  readonly guestWays: Ways;
  /** Of guest-physical pages. */
  readonly hostWays: Ways;
  readonly cached: CachedWalk;
  private host: Dimension | null = null;
  /** As it was after the last whole walk: while tables are being filled, nothing is worth remembering. */
  private epoch = -1;
  // What `readLeaf` has read: the entry's word, its low half, AND and OR of all halves, the notes of the way, and the page's frame.
  private word = 0;
  private low = 0;
  private rights = 0;
  private high = 0;
  private notes = 0;
  private frame = 0;

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly nested: NestedWalk,
  ) {
    this.guestWays = new Ways(memory);
    this.hostWays = new Ways(memory);
    this.cached = new CachedWalk(memory, nested, this.guestWays, this.hostWays);
  }

  /** Makes a walk, if it can; what it leaves in the walker is the same. */
  recall(walker: Walker, vpn: number, access: number): boolean {
    const { guest, host } = walker;
    if (!this.serves(guest, host) || !this.readLeaf(this.guestWays, guest, vpn, access)) return false;
    const { word, notes, frame } = this;
    const level = notes & 7;
    walker.guestRights = this.rights;
    walker.guestHigh = this.high;
    walker.leafRead = walker.leafLow = this.low;
    walker.guestFrame = frame;
    walker.guestShift = guest.pageShift[level]!;
    walker.lastLevel = level;
    walker.pathWord[level] = word;
    if (host === null) {
      walker.frame = frame;
      walker.pathFrame[level] = this.memory.frameAt[word >> 10]!;
      walker.refs = walker.tally.repeat(notes >> 3);
    } else {
      if (!this.place(host, frame, walker.dataAccess(access))) return false;
      walker.frame = this.nested.frame;
      walker.refs = walker.tally.repeat(notes >> 3) + host.levels - this.nested.level + 1;
      walker.tally.descendSurely(NESTED, host.levels, this.nested.level);
    }
    walker.tally.complete(walker.refs);
    return true;
  }

  /** The nested walk for the data. */
  private place(host: Dimension, page: number, access: number): boolean {
    if (!this.readLeaf(this.hostWays, host, page, access)) return false;
    const { nested } = this;
    nested.level = this.notes & 7;
    nested.leafLow = this.low;
    nested.rights = this.rights;
    nested.anyHigh = this.high;
    nested.frame = this.frame;
    return true;
  }

  /** Reads the leaf entry of a page, the way to which is kept; false where it is not, or where the walk does not end plainly. */
  private readLeaf(ways: Ways, tables: Dimension, page: number, access: number): boolean {
    const lower = lowerPart(page);
    const { slots } = ways;
    const at = ways.find(lower, upperPart(page));
    if (at < 0) return false;
    const { words } = this.memory;
    this.word = slots[at + WAY.leaf]! + ((lower << 1) & slots[at + WAY.mask]!);
    const low = words[this.word]!;
    const leafHigh = words[this.word + 1]!;
    this.low = low;
    this.rights = slots[at + WAY.rights]! & low;
    this.high = slots[at + WAY.high]! | leafHigh;
    this.notes = slots[at + WAY.notes]!;
    const level = this.notes & 7;
    const inner = tables.innerMask[level]!;
    this.frame = ((low >>> 12) & ~inner) + (lower & inner) + (leafHigh === 0 ? 0 : (leafHigh & 0xfffff) * 0x100000);
    return tables.endsPlainly(access, this.rights, this.high, low, level);
  }

  /** Takes note of the whole walk that has just ended in a translation. */
  keep(walker: Walker, vpn: number): void {
    const { guest, host } = walker;
    const quiet = this.epoch === this.memory.epoch;
    this.epoch = this.memory.epoch;
    if (!this.serves(guest, host) || !quiet || !this.cached.agrees(walker.walkCache, host)) return;
    if (host === null) return this.keepWay(this.guestWays, guest, null, vpn, walker.tally.shape(0));
    this.keepWay(this.guestWays, guest, host, vpn, walker.tally.shape(1));
    this.keepWay(this.hostWays, host, null, walker.guestFrame, 0);
  }

  /** Whether there is anything for walks of these tables; what is kept of others is forgotten. */
  serves(guest: Dimension, host: Dimension | null): boolean {
    const plain = guest.plain && guest.pdptes === null && !guest.keyed && (host === null || host.plain);
    return plain && this.isCurrent(guest, host);
  }

  private isCurrent(guest: Dimension, host: Dimension | null): boolean {
    const { guestWays, hostWays } = this;
    if (host !== this.host || (host !== null && !hostWays.holds(host))) {
      this.host = host;
      guestWays.forget();
      hostWays.forget();
      return false;
    }
    return guestWays.holds(guest);
  }

  /** @param below where tables lie; null: where they say @param shape of the walk down to the leaf: see WalkTally */
  private keepWay(ways: Ways, tables: Dimension, below: Dimension | null, page: number, shape: number): void {
    const { memory } = this;
    let table = tables.root;
    let rights = -1;
    let high = 0;
    for (let level = tables.levels; ; level--) {
      const frame = below === null ? table : this.locate(below, table);
      const word = memory.baseOf(frame) + tables.wordOf(page, level);
      const low = memory.words[word]!;
      if ((low & tables.pointerMask[level]!) !== 1) {
        const inTable = level === 1 ? LEAF_MASK : 0;
        const lower = lowerPart(page);
        const leaf = word - ((lower << 1) & inTable);
        return ways.keep(lower, upperPart(page), leaf, inTable, rights, high, (shape << 3) + level);
      }
      memory.watch(word);
      rights &= low;
      high |= memory.words[word + 1]!;
      table = entryFrame(low, memory.words[word + 1]!);
    }
  }

  /** System frame of a guest table that a walk has found; the entries on the way to it are watched. */
  private locate(tables: Dimension, page: number): number {
    const { memory } = this;
    let table = tables.root;
    for (let level = tables.levels; ; level--) {
      const word = memory.baseOf(table) + tables.wordOf(page, level);
      memory.watch(word);
      const low = memory.words[word]!;
      const inner = tables.innerMask[level]!;
      table = entryFrame(low, memory.words[word + 1]!);
      if ((low & tables.pointerMask[level]!) !== 1) return (table & ~inner) + (lowerPart(page) & inner);
    }
  }
}
