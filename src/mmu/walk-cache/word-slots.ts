/**
 * Slots of a small set-associative array with LRU replacement, found by a word of simulated memory: for entries of page tables, whose address is
 * all that identifies them. For other keys see LruSlots.
 */
import type { Geometry } from './lru-slots.js';
import { UseLog } from './use-log.js';

const EMPTY = -1;

export class WordSlots {
  /** Live entries that made room for others. */
  evictions = 0;
  /** Word of each slot, -1 = empty. */
  readonly keys: Int32Array;
  private readonly sets: number;
  private readonly order: UseLog;
  /** By word a slot, which holds it if that slot's key says so; words of no table that is looked up cost no memory, as nothing touches them. */
  private slotOf = new Int16Array(1024);

  constructor({ entries, ways }: Geometry) {
    const each = ways === 0 ? entries : ways;
    this.sets = entries / each;
    this.keys = new Int32Array(entries).fill(EMPTY);
    this.order = new UseLog(entries, each);
  }

  /** Slot of a word, which counts as a use; -1 if it is not held. */
  find(word: number): number {
    const { slotOf } = this;
    if (word >= slotOf.length) return -1;
    const slot = slotOf[word]!;
    if (this.keys[slot] !== word) return -1;
    this.order.use(slot);
    return slot;
  }

  /** The slot for a word that is not held, after the least recently used one of its set made room. `place` chooses the set. */
  add(word: number, place: number): number {
    const slot = this.order.take(this.sets === 1 ? 0 : place % this.sets);
    if (this.keys[slot] !== EMPTY) this.evictions++;
    this.keys[slot] = word;
    if (word >= this.slotOf.length) this.grow(word);
    this.slotOf[word] = slot;
    this.order.use(slot);
    return slot;
  }

  drop(slot: number): void {
    if (this.keys[slot] === EMPTY) return;
    this.keys[slot] = EMPTY;
    this.order.empty(slot);
  }

  clear(): void {
    for (let slot = 0; slot < this.keys.length; slot++) this.drop(slot);
  }

  private grow(word: number): void {
    this.slotOf = new Int16Array(Math.max(word + 1, 2 * this.slotOf.length));
    for (const [slot, held] of this.keys.entries()) if (held >= 0) this.slotOf[held] = slot;
  }
}
