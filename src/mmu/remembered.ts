/**
 * Walks that begin where one before them has been: the words of upper tables that it read, and the nested walks that found those tables, are not
 * gone through again while nothing has written to them (see ways.ts). Counts and results are those of the whole walk; what would set a bit,
 * be refused, or be seen by a cache or an observer is left to that.
 */
import { lowerPart, upperPart } from '../memory/address.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { entryFrame } from '../memory/page-table.js';
import type { Dimension } from './dimension.js';
import type { NestedWalk } from './nested-walk.js';
import { NESTED } from './walk-observer.js';
import { LEAF_MASK, Ways, WAY } from './ways.js';
import type { Walker } from './walker.js';

export class Remembered {
  readonly guestWays: Ways;
  /** Of guest-physical pages. */
  readonly hostWays: Ways;
  private host: Dimension | null = null;
  /** As it was after the last whole walk: while tables are being filled, nothing is worth remembering. */
  private epoch = -1;

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly nested: NestedWalk,
  ) {
    this.guestWays = new Ways(memory);
    this.hostWays = new Ways(memory);
  }

  /** Makes a walk, if it can; what it leaves in the walker is the same. */
  recall(walker: Walker, vpn: number, access: number): boolean {
    const { guest, host } = walker;
    if (!this.serves(guest, host)) return false;
    const lower = lowerPart(vpn);
    const { slots } = this.guestWays;
    const at = this.guestWays.find(lower, upperPart(vpn));
    if (at < 0) return false;
    const { words } = this.memory;
    const word = slots[at + WAY.leaf]! + ((lower << 1) & slots[at + WAY.mask]!);
    const low = words[word]!;
    const leafHigh = words[word + 1]!;
    const rights = slots[at + WAY.rights]! & low;
    const high = slots[at + WAY.high]! | leafHigh;
    const notes = slots[at + WAY.notes]!;
    const level = notes & 7;
    if (!guest.endsPlainly(access, rights, high, low, level)) return false;
    const inner = guest.innerMask[level]!;
    const page = ((low >>> 12) & ~inner) + (lower & inner) + (leafHigh === 0 ? 0 : (leafHigh & 0xfffff) * 0x100000);
    walker.guestRights = rights;
    walker.guestHigh = high;
    walker.leafRead = walker.leafLow = low;
    walker.guestFrame = page;
    walker.guestShift = guest.pageShift[level]!;
    walker.lastLevel = level;
    walker.pathWord[level] = word;
    if (host === null) {
      walker.frame = page;
      walker.pathFrame[level] = this.memory.frameAt[word >> 10]!;
      walker.refs = walker.tally.repeat(notes >> 3);
    } else {
      if (!this.place(host, page, walker.dataAccess(access))) return false;
      walker.frame = this.nested.frame;
      walker.refs = walker.tally.repeat(notes >> 3) + host.levels - this.nested.level + 1;
      walker.tally.descendSurely(NESTED, host.levels, this.nested.level);
    }
    walker.tally.complete(walker.refs);
    return true;
  }

  /** The nested walk for the data. */
  private place(host: Dimension, page: number, access: number): boolean {
    const { nested } = this;
    const lower = lowerPart(page);
    const { slots } = this.hostWays;
    const at = this.hostWays.find(lower, upperPart(page));
    if (at < 0) return false;
    const { words } = this.memory;
    const word = slots[at + WAY.leaf]! + ((lower << 1) & slots[at + WAY.mask]!);
    const low = words[word]!;
    const leafHigh = words[word + 1]!;
    const rights = slots[at + WAY.rights]! & low;
    const high = slots[at + WAY.high]! | leafHigh;
    const level = slots[at + WAY.notes]! & 7;
    if (!host.endsPlainly(access, rights, high, low, level)) return false;
    const inner = host.innerMask[level]!;
    nested.level = level;
    nested.leafLow = low;
    nested.rights = rights;
    nested.anyHigh = high;
    nested.frame = ((low >>> 12) & ~inner) + (lower & inner) + (leafHigh === 0 ? 0 : (leafHigh & 0xfffff) * 0x100000);
    return true;
  }

  /** Takes note of the whole walk that has just ended in a translation. */
  keep(walker: Walker, vpn: number): void {
    const { guest, host } = walker;
    const quiet = this.epoch === this.memory.epoch;
    this.epoch = this.memory.epoch;
    if (!this.serves(guest, host) || !quiet) return;
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
