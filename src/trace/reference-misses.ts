/**
 * Misses of four L1 TLBs and two L2s, exact LRU: one access per run, in row order, nothing flushed by events.
 * An L2 sees what its L1s miss. Only a lossless trace of one address space gives these numbers.
 */
import { KIND, LAST_REFERENCE, type EventBatch, type PageDictionary } from './event.js';
import { LruTlb } from './lru-tlb.js';

export interface ReferenceMisses {
  /** L1s: fully associative of 48 and 32 entries (FA), or 16 sets of 4. */
  readonly dataL1: { readonly fa48: number; readonly sets16x4: number };
  readonly fetchL1: { readonly fa32: number; readonly sets16x4: number };
  /** L2 of 128 sets of 4 behind FA-48 and FA-32. */
  readonly l2Of128x4: L2Misses;
  /** L2 of 128 sets of 12 behind the two of 16 sets of 4. */
  readonly l2Of128x12: L2Misses;
}

export type L2Misses = Readonly<Record<'all' | 'fetch' | 'data', number>>;

export class ReferenceTlbs {
  private readonly dataFa48: LruTlb;
  private readonly data16x4: LruTlb;
  private readonly fetchFa32: LruTlb;
  private readonly fetch16x4: LruTlb;
  private readonly l2Of128x4: LruTlb;
  private readonly l2Of128x12: LruTlb;
  private readonly all: readonly LruTlb[];

  private dataFa48Misses = 0;
  private data16x4Misses = 0;
  private fetchFa32Misses = 0;
  private fetch16x4Misses = 0;
  private fetchBehindFa = 0;
  private dataBehindFa = 0;
  private fetchBehindSets = 0;
  private dataBehindSets = 0;

  constructor(pages: PageDictionary) {
    this.all = [
      (this.dataFa48 = new LruTlb(1, 48, pages)),
      (this.data16x4 = new LruTlb(16, 4, pages)),
      (this.fetchFa32 = new LruTlb(1, 32, pages)),
      (this.fetch16x4 = new LruTlb(16, 4, pages)),
      (this.l2Of128x4 = new LruTlb(128, 4, pages)),
      (this.l2Of128x12 = new LruTlb(128, 12, pages)),
    ];
  }

  replay({ length, kind, page }: EventBatch): void {
    for (const tlb of this.all) tlb.grow();
    for (let i = 0; i < length; i++) {
      const k = kind[i]!;
      if (k === KIND.fetch) this.fetch(page[i]!);
      else if (k <= LAST_REFERENCE) this.data(page[i]!);
    }
  }

  private fetch(page: number): void {
    if (!this.fetchFa32.access(page)) {
      this.fetchFa32Misses++;
      if (!this.l2Of128x4.access(page)) this.fetchBehindFa++;
    }
    if (!this.fetch16x4.access(page)) {
      this.fetch16x4Misses++;
      if (!this.l2Of128x12.access(page)) this.fetchBehindSets++;
    }
  }

  private data(page: number): void {
    if (!this.dataFa48.access(page)) {
      this.dataFa48Misses++;
      if (!this.l2Of128x4.access(page)) this.dataBehindFa++;
    }
    if (!this.data16x4.access(page)) {
      this.data16x4Misses++;
      if (!this.l2Of128x12.access(page)) this.dataBehindSets++;
    }
  }

  misses(): ReferenceMisses {
    return {
      dataL1: { fa48: this.dataFa48Misses, sets16x4: this.data16x4Misses },
      fetchL1: { fa32: this.fetchFa32Misses, sets16x4: this.fetch16x4Misses },
      l2Of128x4: l2Misses(this.fetchBehindFa, this.dataBehindFa),
      l2Of128x12: l2Misses(this.fetchBehindSets, this.dataBehindSets),
    };
  }
}

function l2Misses(fetch: number, data: number): L2Misses {
  return { all: fetch + data, fetch, data };
}
