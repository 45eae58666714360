/**
 * The slots of each set in the order of their last use, as a ring: what LRU gives up is found without a look at the others. For arrays that are
 * looked up seldom; where most references hit, noting the time of use costs less.
 */
export class RecencyList {
  readonly newer: Int32Array;
  readonly older: Int32Array;
  /** By set: the slot used last. The one behind it in the ring is the oldest. */
  readonly newest: Int32Array;

  constructor(
    sets: number,
    private readonly ways: number,
  ) {
    this.newer = new Int32Array(sets * ways);
    this.older = new Int32Array(sets * ways);
    this.newest = new Int32Array(sets);
    for (let set = 0; set < sets; set++) {
      const first = set * ways;
      this.newest[set] = first + ways - 1;
      for (let way = 0; way < ways; way++) {
        this.newer[first + way] = first + ((way + 1) % ways);
        this.older[first + way] = first + ((way + ways - 1) % ways);
      }
    }
  }

  oldest(set: number): number {
    return this.newer[this.newest[set]!]!;
  }

  /** A use of a slot. */
  use(set: number, slot: number): void {
    const newest = this.newest[set]!;
    if (slot === newest) return;
    this.newest[set] = slot;
    if (this.newer[newest] !== slot) this.moveBehind(newest, slot);
  }

  /** The slot is empty: the first to be filled again. */
  empty(slot: number): void {
    const set = Math.floor(slot / this.ways);
    const newest = this.newest[set]!;
    if (slot === newest) this.newest[set] = this.older[slot]!;
    else if (this.newer[newest] !== slot) this.moveBehind(newest, slot);
  }

  /** Puts a slot between the newest and the oldest of the ring. */
  private moveBehind(newest: number, slot: number): void {
    const { newer, older } = this;
    newer[older[slot]!] = newer[slot]!;
    older[newer[slot]!] = older[slot]!;
    const oldest = newer[newest]!;
    newer[newest] = slot;
    older[slot] = newest;
    newer[slot] = oldest;
    older[oldest] = slot;
  }
}
