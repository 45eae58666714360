/**
 * One set-associative TLB array with LRU replacement, for 4 KiB translations, 2 MiB translations or both.
 *
 * A page's key (see PageIndex) indexes the slot that holds it, so a hit costs the same whatever the associativity;
 * only a fill scans a set, for the smallest stamp. Entries carry a tag (ASID): each tag has its own index.
 */
import type { TlbArrayConfig } from '../../config/schema.js';

/** Page-size classes: an index into `slotOf`. */
export const SMALL = 0;
export const LARGE = 1;

/** For each size class, key → slot; -1 = not held. 16 bits: with a million pages the index is what fills the caches. */
type SlotIndex = [Int16Array, Int16Array];

export class TlbArray {
  readonly sets: number;
  readonly ways: number;
  /** Slots by key for the current tag. */
  slotOf: SlotIndex;
  /** Time of last use; 0 = empty, so that empty slots are filled first. */
  readonly stamp: Float64Array;
  /** Bits of RIGHT. */
  readonly rights: Uint8Array;
  readonly frame: Float64Array;
  /** Translations held, by size class, for all tags. */
  readonly held: [number, number] = [0, 0];
  private readonly key: Int32Array;
  private readonly sizeClass: Uint8Array;
  private readonly global: Uint8Array;
  private readonly tagOf: Uint16Array;
  private readonly setMask: number;
  /** Slots by tag; tags are small numbers. */
  private readonly indexes: SlotIndex[] = [];
  private tag = 0;
  private capacity: [number, number] = [0, 0];

  constructor({ entries, ways }: TlbArrayConfig) {
    this.ways = ways === 0 ? entries : ways;
    this.sets = entries / this.ways;
    this.setMask = (this.sets & (this.sets - 1)) === 0 ? this.sets - 1 : -1;
    this.stamp = new Float64Array(entries);
    this.rights = new Uint8Array(entries);
    this.frame = new Float64Array(entries);
    this.key = new Int32Array(entries).fill(-1);
    this.sizeClass = new Uint8Array(entries);
    this.global = new Uint8Array(entries);
    this.tagOf = new Uint16Array(entries);
    this.slotOf = [new Int16Array(0), new Int16Array(0)];
    this.indexes[0] = this.slotOf;
  }

  /** Makes room for keys below `pages` and `regions`. */
  reserve(pages: number, regions: number): void {
    if (pages <= this.capacity[SMALL] && regions <= this.capacity[LARGE]) return;
    this.capacity = [grown(this.capacity[SMALL], pages), grown(this.capacity[LARGE], regions)];
    for (const index of this.indexes) {
      index[SMALL] = widened(index[SMALL], this.capacity[SMALL]);
      index[LARGE] = widened(index[LARGE], this.capacity[LARGE]);
    }
  }

  /** Makes `tag` the one that look-ups and fills use from now on. */
  selectTag(tag: number): void {
    this.tag = tag;
    while (this.indexes.length <= tag)
      this.indexes.push([
        widened(new Int16Array(0), this.capacity[SMALL]),
        widened(new Int16Array(0), this.capacity[LARGE]),
      ]);
    this.slotOf = this.indexes[tag]!;
  }

  /**
   * Puts a translation in, over the least recently used one of its set, or over itself if it is held.
   * @param number page number in units of its own size; its low bits choose the set
   */
  fill(
    sizeClass: 0 | 1,
    key: number,
    number: number,
    frame: number,
    rights: number,
    global: boolean,
    now: number,
  ): void {
    let slot = this.slotOf[sizeClass][key]!;
    if (slot < 0) {
      slot = this.victim(number);
      this.drop(slot);
      this.key[slot] = key;
      this.sizeClass[slot] = sizeClass;
      this.tagOf[slot] = this.tag;
      this.slotOf[sizeClass][key] = slot;
      this.held[sizeClass]++;
    }
    this.frame[slot] = frame;
    this.rights[slot] = rights;
    this.global[slot] = global ? 1 : 0;
    this.stamp[slot] = now;
  }

  isGlobal(slot: number): boolean {
    return this.global[slot] === 1;
  }

  invalidate(sizeClass: 0 | 1, key: number): void {
    const slot = key < 0 ? -1 : this.slotOf[sizeClass][key]!;
    if (slot >= 0) this.drop(slot);
  }

  /** Removes the translations of the current tag. */
  flush(keepGlobal: boolean): void {
    for (let slot = 0; slot < this.key.length; slot++)
      if (this.tagOf[slot] === this.tag && !(keepGlobal && this.global[slot] === 1)) this.drop(slot);
  }

  private victim(number: number): number {
    const set = this.setMask >= 0 ? number & this.setMask : number % this.sets;
    const first = set * this.ways;
    const end = first + this.ways;
    let oldest = first;
    let time = this.stamp[first]!;
    for (let slot = first + 1; slot < end; slot++) {
      if (this.stamp[slot]! < time) {
        time = this.stamp[slot]!;
        oldest = slot;
      }
    }
    return oldest;
  }

  private drop(slot: number): void {
    const key = this.key[slot]!;
    if (key < 0) return;
    const sizeClass = this.sizeClass[slot] as 0 | 1;
    this.indexes[this.tagOf[slot]!]![sizeClass][key] = -1;
    this.held[sizeClass]--;
    this.key[slot] = -1;
    this.stamp[slot] = 0;
  }
}

function grown(have: number, need: number): number {
  return need <= have ? have : Math.max(need, 2 * have, 1024);
}

/** A copy of an index with room for `size` keys; new keys are not held. */
function widened(index: Int16Array, size: number): Int16Array {
  if (index.length >= size) return index;
  const wider = new Int16Array(size).fill(-1);
  wider.set(index);
  return wider;
}
