/**
 * The slots of small sets in the order of their last use, as a log of uses: a use is noted without a look at the one before, and what LRU gives up is the
 * first in the log that has not been used again.
 */

/** Uses until the log is begun anew with the last of each slot. */
const LENGTH = 8192;
const NEVER = -1;

export class UseLog {
  /** By slot: the place in the log of its last use; NEVER: it is empty. */
  private readonly last: Int32Array;
  private readonly log: Int16Array;
  private end = 0;
  /** Before it all uses are of slots that were used again. */
  private first = 0;
  /** Empty slots, the first to be filled on top. */
  private readonly empties: number[] = [];

  /** @param ways of a set: slots of a set follow each other */
  constructor(
    private readonly slots: number,
    private readonly ways: number,
  ) {
    this.last = new Int32Array(slots).fill(NEVER);
    this.log = new Int16Array(LENGTH + slots);
    for (let slot = slots - 1; slot >= 0; slot--) this.empties.push(slot);
  }

  use(slot: number): void {
    if (this.end === this.log.length) this.beginAnew();
    this.log[this.end] = slot;
    this.last[slot] = this.end++;
  }

  /** The slot of a set to fill: an empty one, or the one that has not been used for the longest time; to be used at once. */
  take(set: number): number {
    const { last, log } = this;
    if (this.ways < this.slots) return this.oldestOf(set * this.ways);
    if (this.empties.length > 0) return this.empties.pop()!;
    let first = this.first;
    while (last[log[first]!] !== first) first++;
    this.first = first + 1;
    return log[first]!;
  }

  /** The slot is empty now. */
  empty(slot: number): void {
    this.last[slot] = NEVER;
    if (this.ways === this.slots) this.empties.push(slot);
  }

  private oldestOf(from: number): number {
    const { last } = this;
    let oldest = from;
    for (let slot = from + 1; slot < from + this.ways; slot++) if (last[slot]! < last[oldest]!) oldest = slot;
    return oldest;
  }

  /** Keeps the last use of each slot, in their order. */
  private beginAnew(): void {
    const { last, log } = this;
    let kept = 0;
    for (let at = this.first; at < this.end; at++) {
      const slot = log[at]!;
      if (last[slot] !== at) continue;
      log[kept] = slot;
      last[slot] = kept++;
    }
    this.first = 0;
    this.end = kept;
  }
}
