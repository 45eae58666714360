/** A set-associative LRU TLB that only counts: the yardstick by which traces are described (see statistics.ts), not the one of the model. */
import type { PageDictionary } from './event.js';

export class LruTlb {
  private readonly setMask: number;
  /** Page id in each slot, -1 = empty; a set's slots are neighbours. */
  private readonly held: Int32Array;
  private readonly lastUse: Float64Array;
  /** Slot of each page id, -1 = not held. */
  private slotOf = new Int16Array(0);
  private clock = 0;

  constructor(
    sets: number,
    private readonly ways: number,
    private readonly pages: PageDictionary,
  ) {
    this.setMask = sets - 1;
    this.held = new Int32Array(sets * ways).fill(-1);
    this.lastUse = new Float64Array(sets * ways);
  }

  /** Makes room for the pages that the dictionary has got since; to be called before each batch. */
  grow(): void {
    if (this.pages.size <= this.slotOf.length) return;
    const larger = new Int16Array(2 * this.pages.size).fill(-1);
    larger.set(this.slotOf);
    this.slotOf = larger;
  }

  /** Uses a page; true = it was held. It is held afterwards. */
  access(page: number): boolean {
    const slot = this.slotOf[page]!;
    if (slot >= 0) {
      this.lastUse[slot] = ++this.clock;
      return true;
    }
    this.fill(page);
    return false;
  }

  private fill(page: number): void {
    const { lastUse, ways } = this;
    const first = (this.pages.vpn[page]! & this.setMask) * ways;
    let oldest = first;
    for (let slot = first + 1; slot < first + ways; slot++) if (lastUse[slot]! < lastUse[oldest]!) oldest = slot;
    const evicted = this.held[oldest]!;
    if (evicted >= 0) this.slotOf[evicted] = -1;
    this.held[oldest] = page;
    this.slotOf[page] = oldest;
    lastUse[oldest] = ++this.clock;
  }
}
