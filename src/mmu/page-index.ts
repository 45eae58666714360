/** Dense keys for the pages of a trace: one key for each 4 KiB page, one for each 2 MiB region. TLBs are indexed by them. */
import { REGION_PAGES } from '../memory/address.js';
import type { PageDictionary } from '../trace/event.js';

export class PageIndex {
  /** Region key of each page key. */
  regionOf = new Int32Array(1024);
  /** Region number (vpn / REGION_PAGES) of each region key. */
  regionNumber = new Float64Array(64);
  size = 0;
  regions = 0;
  /** Filled up to `size` when a page is looked up: a trace without invalidations never needs it. */
  private readonly keyOfPage = new Map<number, number>();
  private readonly keyOfRegion = new Map<number, number>();

  constructor(readonly pages: PageDictionary) {
    this.grow();
  }

  /** Takes in the pages that the dictionary has gained. */
  grow(): void {
    const { size, vpn } = this.pages;
    if (size > this.regionOf.length) this.regionOf = enlarged(this.regionOf, size, Int32Array);
    for (let key = this.size; key < size; key++) {
      const number = Math.floor(vpn[key]! / REGION_PAGES);
      let region = this.keyOfRegion.get(number);
      if (region === undefined) {
        region = this.regions++;
        this.keyOfRegion.set(number, region);
        if (region >= this.regionNumber.length)
          this.regionNumber = enlarged(this.regionNumber, region + 1, Float64Array);
        this.regionNumber[region] = number;
      }
      this.regionOf[key] = region;
    }
    this.size = size;
  }

  /** Key of a page, or -1 when the trace never refers to it. */
  pageKey(vpn: number): number {
    const { vpn: pages } = this.pages;
    for (let key = this.keyOfPage.size; key < this.size; key++) this.keyOfPage.set(pages[key]!, key);
    return this.keyOfPage.get(vpn) ?? -1;
  }

  /** Key of the region that a page lies in, or -1. */
  regionKey(vpn: number): number {
    return this.keyOfRegion.get(Math.floor(vpn / REGION_PAGES)) ?? -1;
  }
}

/** A copy with room for at least `size` elements, at least doubled. */
function enlarged<T extends Int32Array | Float64Array>(array: T, size: number, Type: new (length: number) => T): T {
  const larger = new Type(Math.max(size, 2 * array.length));
  larger.set(array);
  return larger;
}
