/**
 * One set-associative TLB array, for translations of one or several sizes.
 *
 * A page's key (see PageIndex) indexes the slot that holds it, so a hit costs the same whatever the associativity; only a fill looks
 * through a set. Each context (ASID, PCID, …) has an index of its own; a global translation stands in that of every context that sees it.
 */
import type { TlbArrayConfig } from '../../config/machine-schema.js';
import type { Contexts } from '../contexts.js';
import { SIZES, type PageIndex, type Size } from '../page-index.js';
import { afterUse } from '../replacement/bit-plru.js';
import { REPLACEMENTS } from '../replacement/index.js';
import type { UseOfSlots, Victim } from '../replacement/replacement.js';
import { RecencyList } from './recency-list.js';

/** By size, key → slot; -1 = not held. 16 bits: with a million pages the index is what fills the caches. */
type SlotIndex = [Int16Array, Int16Array, Int16Array];

const SIZE = 3;
const GLOBAL = 4;
const CONTEXT_SHIFT = 3;

/** A context, a size, and whether the translation is global, as one number. */
export function tagOf(context: number, size: Size, global: boolean): number {
  return (context << CONTEXT_SHIFT) | (global ? GLOBAL : 0) | size;
}

/** Who wants to know of translations that make room for others. */
export type Evicted = (array: TlbArray, slot: number) => void;

export class TlbArray implements UseOfSlots {
  readonly sets: number;
  readonly ways: number;
  /** Slots by key for the current context. */
  slotOf: SlotIndex;
  /** Time of last use; 0 = empty, so that LRU fills empty slots first. */
  readonly stamp: Int32Array;
  readonly filled: Int32Array | null;
  readonly recent: Uint32Array | null;
  /** LRU's, where the array is ordered. */
  readonly order: RecencyList | null;
  /** Whether a use is more than its time. */
  readonly notesUses: boolean;
  /** Bits of RIGHT. */
  readonly rights: Uint8Array;
  readonly frame: Float64Array;
  /** Keys of slots; -1 = empty. */
  readonly key: Int32Array;
  /** Whose translation it is: see `tagOf`. */
  readonly tag: Int32Array;
  evicted: Evicted | null = null;
  /** -1: the sets are not a power of two. */
  readonly setMask: number;
  private readonly hashed: boolean;
  /** null: LRU, which also finds empty slots. */
  private readonly victimOf: Victim | null;
  /** Slots by context. */
  private readonly indexes: (SlotIndex | undefined)[] = [];
  context = 0;
  private readonly capacity: [number, number, number] = [0, 0, 0];
  private state: number;

  /**
   * @param holds sizes that it holds
   * @param spread arrays that one size is spread over: the page number's remainder chose this one, the quotient chooses the set
   * @param seed of random replacement
   * @param ordered LRU is by the order of uses, not by their times: fills are uses of this moment, and `touched` is told of all others
   */
  constructor(
    { entries, ways, replacement, index }: TlbArrayConfig,
    private readonly contexts: Contexts,
    private readonly holds: readonly Size[],
    /** Translations held, by size, of all contexts: counted together by the arrays of a level. */
    readonly held = new Int32Array(SIZES),
    readonly spread = 1,
    seed = 1,
    ordered = false,
  ) {
    this.ways = ways === 0 ? entries : ways;
    this.sets = entries / this.ways;
    this.setMask = (this.sets & (this.sets - 1)) === 0 ? this.sets - 1 : -1;
    this.hashed = index === 'xor';
    this.order = ordered && replacement === 'lru' ? new RecencyList(this.sets, this.ways) : null;
    this.victimOf = replacement === 'lru' ? null : REPLACEMENTS[replacement];
    this.stamp = new Int32Array(entries);
    this.filled = replacement === 'fifo' ? new Int32Array(entries) : null;
    this.recent = replacement === 'bit-plru' ? new Uint32Array(this.sets) : null;
    this.notesUses = this.recent !== null || this.order !== null;
    this.rights = new Uint8Array(entries);
    this.frame = new Float64Array(entries);
    this.key = new Int32Array(entries).fill(-1);
    this.tag = new Int32Array(entries);
    this.slotOf = [new Int16Array(0), new Int16Array(0), new Int16Array(0)];
    this.indexes[0] = this.slotOf;
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x6a09e667) >>> 0 || 1;
  }

  /** Makes room for the keys of an index. */
  reserve(index: PageIndex): void {
    for (const size of this.holds) {
      const keys = index.count(size);
      if (keys <= this.capacity[size]) continue;
      this.capacity[size] = Math.max(keys, 2 * this.capacity[size], 1024);
      for (const slots of this.indexes)
        if (slots !== undefined) slots[size] = widened(slots[size], this.capacity[size]);
    }
  }

  /** Makes a context the one that look-ups and fills use from now on. */
  select(context: number): void {
    this.context = context;
    this.slotOf = this.indexes[context] ??= this.newIndex(context);
  }

  /** Notes a use for the policies that need more than its time. */
  touched(slot: number): void {
    const set = Math.floor(slot / this.ways);
    if (this.order !== null) this.order.use(set, slot);
    else this.recent![set] = afterUse(this.recent![set]!, slot - set * this.ways, this.ways);
  }

  /**
   * Puts a translation of the current context in, over one that the policy gives up, or over itself if it is held.
   * @param number page number in units of its own size
   */
  fill(size: Size, key: number, number: number, frame: number, rights: number, global: boolean, now: number): void {
    const index = this.slotOf[size];
    let slot = index[key]!;
    if (slot >= 0 && global !== this.isGlobal(slot)) {
      this.drop(slot);
      slot = -1;
    }
    if (slot < 0) {
      slot = this.victim(this.setOf(this.spread === 1 ? number : Math.floor(number / this.spread)));
      if (this.key[slot]! >= 0) {
        if (this.evicted !== null) this.evicted(this, slot);
        this.drop(slot);
      }
      this.key[slot] = key;
      this.tag[slot] = tagOf(this.context, size, global);
      this.held[size]! += 1;
      if (this.filled !== null) this.filled[slot] = now;
      if (global) this.show(slot, slot);
      else index[key] = slot;
    }
    this.frame[slot] = frame;
    this.rights[slot] = rights;
    this.stamp[slot] = now;
    if (this.notesUses) this.touched(slot);
  }

  /** As fill, for any context. */
  fillFor(context: number, ...translation: Parameters<TlbArray['fill']>): void {
    const current = this.context;
    this.select(context);
    this.fill(...translation);
    this.select(current);
  }

  /** A use is no more than its time, what makes room for others is gone, and to ask for it changes nothing. */
  get isSimple(): boolean {
    const { hashed, spread, filled, recent, evicted, victimOf } = this;
    const plain = !hashed && spread === 1 && filled === null && recent === null;
    return plain && evicted === null && victimOf !== REPLACEMENTS.random;
  }

  /** What it gives up is what was used at the earliest time. */
  get isLru(): boolean {
    return this.victimOf === null && this.order === null;
  }

  isGlobal(slot: number): boolean {
    return (this.tag[slot]! & GLOBAL) !== 0;
  }

  sizeOf(slot: number): Size {
    return (this.tag[slot]! & SIZE) as Size;
  }

  contextOf(slot: number): number {
    return this.tag[slot]! >> CONTEXT_SHIFT;
  }

  /** Removes a page's translation from the current context, or from another one. */
  invalidate(size: Size, key: number, context = this.context, keepGlobal = false): void {
    const slot = key < 0 ? -1 : ((this.indexes[context] ??= this.newIndex(context))[size][key] ?? -1);
    if (slot >= 0 && !(keepGlobal && this.isGlobal(slot))) this.drop(slot);
  }

  /** Removes the translations of the contexts for which `gone` is 1, and counts them in `removed`; `keepGlobal` leaves the global ones. */
  remove(gone: Uint8Array, keepGlobal: boolean, removed: number[]): void {
    for (let slot = 0; slot < this.key.length; slot++) {
      const context = this.contextOf(slot);
      if (this.key[slot]! < 0 || gone[context] !== 1 || (keepGlobal && this.isGlobal(slot))) continue;
      removed[context] = (removed[context] ?? 0) + 1;
      this.drop(slot);
    }
  }

  /** Adds the translations that are held to a count for each context. */
  addHeld(held: number[]): void {
    for (let slot = 0; slot < this.key.length; slot++) {
      const context = this.contextOf(slot);
      if (this.key[slot]! >= 0) held[context] = (held[context] ?? 0) + 1;
    }
  }

  drop(slot: number): void {
    const size = this.sizeOf(slot);
    if (this.isGlobal(slot)) this.show(slot, -1);
    else this.indexes[this.contextOf(slot)]![size][this.key[slot]!] = -1;
    this.held[size]! -= 1;
    this.key[slot] = -1;
    this.stamp[slot] = 0;
    this.order?.empty(slot);
  }

  random(bound: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % bound;
  }

  /** Enters a global translation in the index of every context that sees it. */
  private show(slot: number, value: number): void {
    const size = this.sizeOf(slot);
    const key = this.key[slot]!;
    for (const context of this.contexts.sharing(this.contextOf(slot))) {
      const index = this.indexes[context];
      if (index !== undefined) index[size][key] = value;
    }
  }

  private setOf(number: number): number {
    return this.setMask < 0
      ? number % this.sets
      : (this.hashed ? number ^ Math.floor(number / this.sets) : number) & this.setMask;
  }

  /** The slot of a set that a page takes: an empty one, or one that is given up. */
  victim(set: number): number {
    if (this.order !== null) return this.order.oldest(set);
    const first = set * this.ways;
    const end = first + this.ways;
    if (this.victimOf !== null) {
      for (let slot = first; slot < end; slot++) if (this.key[slot]! < 0) return slot;
      return this.victimOf(this, first, this.ways);
    }
    const { stamp } = this;
    let oldest = first;
    let time = stamp[first]!;
    for (let slot = first + 1; slot < end; slot++) {
      // Which is the older cannot be foretold: a branch would be taken wrongly every other time.
      const sooner = (stamp[slot]! - time) >> 31;
      time += (stamp[slot]! - time) & sooner;
      oldest += (slot - oldest) & sooner;
    }
    return oldest;
  }

  private newIndex(context: number): SlotIndex {
    const index = this.capacity.map((keys) => widened(new Int16Array(0), keys)) as SlotIndex;
    const sharing = this.contexts.sharing(context);
    for (let slot = 0; slot < this.key.length; slot++)
      if (this.key[slot]! >= 0 && this.isGlobal(slot) && sharing.includes(this.contextOf(slot)))
        index[this.sizeOf(slot)][this.key[slot]!] = slot;
    return index;
  }
}

/** A copy of an index with room for `size` keys; new keys are not held. */
function widened(index: Int16Array, size: number): Int16Array {
  if (index.length >= size) return index;
  const wider = new Int16Array(size).fill(-1);
  wider.set(index);
  return wider;
}
