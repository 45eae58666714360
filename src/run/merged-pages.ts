/** One dictionary for traces that are replayed on one processor: a page has one number, whoever refers to it. */
import type { EventBatch, PageDictionary } from '../trace/event.js';

export class MergedPages implements PageDictionary {
  size = 0;
  vpn = new Float64Array(1024);
  private readonly numbers = new Map<number, number>();

  /** What turns batches of a trace with this dictionary into batches with the merged one. */
  take(pages: PageDictionary): (batch: EventBatch) => EventBatch {
    let known = 0;
    let merged = new Uint32Array(1024);
    return (batch) => {
      if (pages.size > merged.length) {
        const larger = new Uint32Array(Math.max(pages.size, 2 * merged.length));
        larger.set(merged);
        merged = larger;
      }
      for (; known < pages.size; known++) merged[known] = this.number(pages.vpn[known]!);
      return { ...batch, page: batch.page.subarray(0, batch.length).map((page) => merged[page]!) };
    };
  }

  private number(vpn: number): number {
    const known = this.numbers.get(vpn);
    if (known !== undefined) return known;
    if (this.size === this.vpn.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.vpn);
      this.vpn = larger;
    }
    this.vpn[this.size] = vpn;
    this.numbers.set(vpn, this.size);
    return this.size++;
  }
}
