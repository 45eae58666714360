/**
 * The working set over time (Denning, The working set model for program behavior, 1968): how many pages each window of a trace uses. Time is
 * references. The length of a trace is not known before its end, so windows begin short, and each two become one when there are too many.
 */
import { LAST_REFERENCE, type EventBatch } from '../event.js';

export interface WorkingSet {
  /** References of each window but the last, which may be shorter; a run belongs to the window that it starts in. */
  readonly windowReferences: number;
  /** Pages used in each window. */
  readonly pages: readonly number[];
}

/** At most; never less than half of them in a trace of so many references. */
const WINDOWS = 128;
const WORDS = WINDOWS / 32;

export class WorkingSetTally {
  /** A bit for each window, WORDS words for each page. */
  private used = new Uint32Array(0);
  private windowReferences = 1;
  private references = 0;
  private window = 0;
  private end = 1;

  /** @param pages number of the page of each reference, below `distinct` */
  add({ length, kind, count }: EventBatch, pages: Int32Array, distinct: number): void {
    this.reserve(distinct);
    for (let row = 0; row < length; row++) {
      if (kind[row]! <= LAST_REFERENCE)
        this.used[WORDS * pages[row]! + (this.window >>> 5)]! |= 1 << (this.window & 31);
      this.references += count[row]!;
      while (this.references >= this.end) this.next();
    }
  }

  workingSet(): WorkingSet {
    const started = this.references === this.end - this.windowReferences ? this.window : this.window + 1;
    const pages = new Array<number>(started).fill(0);
    this.used.forEach((word, at) => {
      for (let bits = word; bits !== 0; bits &= bits - 1) pages[32 * (at % WORDS) + 31 - Math.clz32(bits & -bits)]!++;
    });
    return { windowReferences: this.windowReferences, pages };
  }

  private reserve(pages: number): void {
    if (WORDS * pages <= this.used.length) return;
    const larger = new Uint32Array(2 * WORDS * pages);
    larger.set(this.used);
    this.used = larger;
  }

  private next(): void {
    if (this.window + 1 === WINDOWS) this.merge();
    else this.window++;
    this.end += this.windowReferences;
  }

  /** The next window is the first of the second half. */
  private merge(): void {
    const { used } = this;
    for (let at = 0; at < used.length; at += WORDS)
      for (let word = 0; word < WORDS; word++)
        used[at + word] = word < WORDS / 2 ? pairs(used[at + 2 * word]!) | (pairs(used[at + 2 * word + 1]!) << 16) : 0;
    this.window = WINDOWS / 2;
    this.windowReferences *= 2;
  }
}

/** Half as many bits: each says whether either of two was set. */
function pairs(word: number): number {
  let bits = (word | (word >>> 1)) & 0x5555_5555;
  bits = (bits | (bits >>> 1)) & 0x3333_3333;
  bits = (bits | (bits >>> 2)) & 0x0f0f_0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff_00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}
