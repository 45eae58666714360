/** Slots of a small set-associative array with LRU replacement, found by a key; what a slot holds is kept by whoever owns the array. */

export interface Geometry {
  readonly entries: number;
  /** 0: fully associative. */
  readonly ways: number;
}

const EMPTY = -1;

export class LruSlots {
  readonly entries: number;
  /** Live translations that made room for others. */
  evictions = 0;
  /** Key of each slot, -1 = empty. Keys are whole numbers below 2^53. */
  readonly keys: Float64Array;
  private readonly ways: number;
  private readonly sets: number;
  private readonly stamp: Float64Array;
  private clock = 0;

  constructor({ entries, ways }: Geometry) {
    this.entries = entries;
    this.ways = ways === 0 ? entries : ways;
    this.sets = entries / this.ways;
    this.keys = new Float64Array(entries).fill(EMPTY);
    this.stamp = new Float64Array(entries);
  }

  /** Slot of a key, which counts as a use; -1 if it is not held. `place` chooses the set. */
  find(key: number, place: number): number {
    const { keys } = this;
    const first = this.sets === 1 ? 0 : (place % this.sets) * this.ways;
    const end = first + this.ways;
    for (let slot = first; slot < end; slot++) {
      if (keys[slot] === key) {
        this.stamp[slot] = ++this.clock;
        return slot;
      }
    }
    return EMPTY;
  }

  /** The slot for a key that is not held, after the least recently used one of its set made room. */
  add(key: number, place: number): number {
    const first = this.sets === 1 ? 0 : (place % this.sets) * this.ways;
    let slot = first;
    for (let other = first + 1; other < first + this.ways; other++)
      if (this.stamp[other]! < this.stamp[slot]!) slot = other;
    if (this.keys[slot] !== EMPTY) this.evictions++;
    this.keys[slot] = key;
    this.stamp[slot] = ++this.clock;
    return slot;
  }

  touch(slot: number): void {
    this.stamp[slot] = ++this.clock;
  }

  drop(slot: number): void {
    this.keys[slot] = EMPTY;
    this.stamp[slot] = 0;
  }

  clear(): void {
    this.keys.fill(EMPTY);
    this.stamp.fill(0);
  }
}
