/**
 * Slots of a small set-associative array with LRU replacement, found by a key; what a slot holds is kept by whoever owns the array.
 * Neither a look-up nor, in one set, a replacement looks through it: keys stand in chains by a hash, and uses in a log.
 */
import { UseLog } from './use-log.js';

export interface Geometry {
  readonly entries: number;
  /** 0: fully associative. */
  readonly ways: number;
}

const EMPTY = -1;
/** Chains for each slot: most have one key or none. */
const SPARE = 4;
const UPPER = 2 ** -32;
const GOLDEN = 0x9e3779b1;

export class LruSlots {
  readonly entries: number;
  /** Live translations that made room for others. */
  evictions = 0;
  /** Key of each slot, -1 = empty. Keys are whole numbers below 2^53. */
  readonly keys: Float64Array;
  private readonly sets: number;
  private readonly order: UseLog;
  // By hash the first slot of a chain, by slot the next one and the slot's hash; -1 = none.
  private readonly heads: Int32Array;
  private readonly next: Int32Array;
  private readonly shift: number;

  constructor({ entries, ways }: Geometry) {
    this.entries = entries;
    const each = ways === 0 ? entries : ways;
    this.sets = entries / each;
    this.keys = new Float64Array(entries).fill(EMPTY);
    this.order = new UseLog(entries, each);
    const bits = Math.ceil(Math.log2(SPARE * entries));
    this.heads = new Int32Array(2 ** bits).fill(EMPTY);
    this.next = new Int32Array(entries).fill(EMPTY);
    this.shift = 32 - bits;
  }

  /** Slot of a key, which counts as a use; -1 if it is not held. */
  find(key: number): number {
    const { keys, next } = this;
    let slot = this.heads[this.hash(key)]!;
    while (slot >= 0 && keys[slot] !== key) slot = next[slot]!;
    if (slot >= 0) this.touch(slot);
    return slot;
  }

  /** The slot for a key that is not held, after the least recently used one of its set made room. `place` chooses the set. */
  add(key: number, place: number): number {
    const slot = this.order.take(this.sets === 1 ? 0 : place % this.sets);
    if (this.keys[slot] !== EMPTY) {
      this.evictions++;
      this.unlink(slot);
    }
    const hash = this.hash(key);
    this.keys[slot] = key;
    this.next[slot] = this.heads[hash]!;
    this.heads[hash] = slot;
    this.order.use(slot);
    return slot;
  }

  touch(slot: number): void {
    this.order.use(slot);
  }

  drop(slot: number): void {
    if (this.keys[slot] === EMPTY) return;
    this.unlink(slot);
    this.keys[slot] = EMPTY;
    this.order.empty(slot);
  }

  clear(): void {
    for (let slot = 0; slot < this.entries; slot++) this.drop(slot);
  }

  private hash(key: number): number {
    return Math.imul((key | 0) ^ (key * UPPER), GOLDEN) >>> this.shift;
  }

  private unlink(slot: number): void {
    const { next, heads } = this;
    const hash = this.hash(this.keys[slot]!);
    if (heads[hash] === slot) {
      heads[hash] = next[slot]!;
      return;
    }
    let before = heads[hash]!;
    while (next[before] !== slot) before = next[before]!;
    next[before] = next[slot]!;
  }
}
