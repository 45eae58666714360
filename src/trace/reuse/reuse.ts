/**
 * Reuse distances of all references of a trace, and the misses of fully associative LRU TLBs of every size: exact, in one pass.
 *
 * A run of n references to a page is a use and n - 1 that follow at once, at distance 0. Nothing is flushed; pages of different address
 * spaces are different pages. Fetches and data are looked at together, in the order in which their runs start, and each by itself.
 */
import { KIND, LAST_REFERENCE, type EventBatch, type TraceCharacteristics } from '../event.js';
import { LruStack } from './lru-stack.js';

export interface ReuseOfClass {
  /** References; runs, where the trace does not count references by class. */
  readonly references: number;
  /** Pages, which is also the number of first uses. */
  readonly pages: number;
  /** References by distance: `[from, to]` in pages, both inclusive. First uses have none. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly references: number }[];
  /** Misses of a TLB of so many entries, for sizes up to the first that only misses first uses. */
  readonly curve: readonly { readonly entries: number; readonly misses: number }[];
}

export const REUSE_CLASSES = ['all', 'fetch', 'data'] as const;

export type Reuse = Readonly<Record<(typeof REUSE_CLASSES)[number], ReuseOfClass>>;

export class ReuseTally {
  private readonly all = new ClassTally();
  private readonly fetch = new ClassTally();
  private readonly data = new ClassTally();

  /** @param counts see TraceCharacteristics: only exact counts are of the row's own page */
  constructor(private readonly counts: TraceCharacteristics['counts']) {}

  /** @param pages number of the page of each reference, below `distinct` */
  add({ length, kind, count }: EventBatch, pages: Int32Array, distinct: number): void {
    const { all, fetch, data } = this;
    for (const tally of [all, fetch, data]) tally.reserve(distinct);
    const exact = this.counts === 'exact';
    for (let row = 0; row < length; row++) {
      const k = kind[row]!;
      if (k > LAST_REFERENCE) continue;
      const page = pages[row]!;
      const references = exact ? count[row]! : 1;
      all.use(page, references);
      if (k === KIND.fetch) fetch.use(page, references);
      else data.use(page, references);
    }
  }

  reuse(): Reuse {
    return { all: this.all.reuse(), fetch: this.fetch.reuse(), data: this.data.reuse() };
  }
}

class ClassTally {
  private readonly stack = new LruStack();
  /** References by distance. */
  private at = new Float64Array(64);
  private references = 0;
  private first = 0;

  /** A distance is less than the number of pages. */
  reserve(pages: number): void {
    this.stack.reserve(pages);
    if (pages <= this.at.length) return;
    const larger = new Float64Array(2 * pages);
    larger.set(this.at);
    this.at = larger;
  }

  use(page: number, references: number): void {
    const distance = this.stack.use(page);
    this.references += references;
    this.at[0]! += references - 1;
    if (distance < 0) this.first++;
    else this.at[distance]!++;
  }

  reuse(): ReuseOfClass {
    const { references, first, at } = this;
    return { references, pages: first, histogram: histogram(at), curve: curve(at, references, first) };
  }
}

/** By powers of two: 0, 1, 2 to 3, 4 to 7, … up to the last that has references. */
function histogram(at: Float64Array): ReuseOfClass['histogram'] {
  const buckets: { from: number; to: number; references: number }[] = [];
  for (let from = 0; from < at.length; from = Math.max(1, 2 * from)) {
    const to = Math.max(0, 2 * from - 1);
    buckets.push({ from, to, references: sum(at.subarray(from, to + 1)) });
  }
  while (buckets.at(-1)?.references === 0) buckets.pop();
  return buckets;
}

/** Misses of 1, 2, 3, 4, 6, 8, 12, … entries, until only first uses miss. */
function curve(at: Float64Array, references: number, first: number): ReuseOfClass['curve'] {
  const points: { entries: number; misses: number }[] = [];
  let hits = 0;
  let counted = 0;
  for (const entries of sizes()) {
    hits += sum(at.subarray(counted, entries));
    counted = entries;
    points.push({ entries, misses: references - hits });
    if (references - hits === first) return points;
  }
  return points;
}

/** Powers of two and, between two of them, one and a half times the first. */
function* sizes(): Generator<number> {
  yield 1;
  for (let size = 2; ; size *= 2) {
    yield size;
    yield 1.5 * size;
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
