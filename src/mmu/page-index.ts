/** Dense keys for the pages of a trace, and for the larger pages that they lie in. TLBs are indexed by them. */
import type { PageDictionary } from '../trace/event.js';
import { enlarged } from './enlarged.js';

/** Sizes of a translation: an index into arrays by size. LARGE is 2 MiB or 4 MiB, as the run's tables have it. */
export const SMALL = 0;
export const LARGE = 1;
export const HUGE = 2;
export const SIZES = 3;
export type Size = 0 | 1 | 2;

const HUGE_SHIFT = 30;

export class PageIndex {
  /** log2 of the bytes of a LARGE page, and of the pages in each size. */
  readonly pagesOf: readonly [number, number, number];
  readonly large: Groups;
  readonly huge: Groups;
  size = 0;
  /** By key: the key of the LARGE page times 512 and the page's number modulo 512. By the former: the low bits of the region's first page number. */
  places = new Int32Array(1024);
  bases = new Int32Array(64);
  /** Key of the page that is being translated, the likeliest to be looked up. */
  expected = 0;
  /** By number of sets, those that were asked for. */
  private readonly remainders = new Map<number, Remainders>();
  /** Filled up to `size` when a page is looked up: a trace without invalidations never needs it. */
  private readonly keyOfPage = new Map<number, number>();

  constructor(
    readonly pages: PageDictionary,
    readonly largeShift: 21 | 22 = 21,
  ) {
    this.pagesOf = [1, 2 ** (largeShift - 12), 2 ** (HUGE_SHIFT - 12)];
    this.large = new Groups(this.pagesOf[LARGE]);
    this.huge = new Groups(this.pagesOf[HUGE]);
    this.grow();
  }

  /** Takes in the pages that the dictionary has gained. */
  grow(): void {
    const { size, vpn } = this.pages;
    for (const groups of [this.large, this.huge]) groups.add(vpn, this.size, size);
    this.place(vpn, this.size, size);
    this.size = size;
  }

  private place(vpn: Float64Array, from: number, to: number): void {
    const { of, number, count } = this.large;
    if (to > this.places.length) this.places = enlarged(this.places, to);
    if (count > this.bases.length) this.bases = enlarged(this.bases, count);
    for (let key = from; key < to; key++) {
      const region = of[key]!;
      this.places[key] = (region << 9) | (vpn[key]! & 511);
      this.bases[region] = (number[region]! * this.pagesOf[LARGE]) & 0x3fff_ffff;
    }
  }

  /** By region: the remainder of its first page's number, divided by a number of sets. */
  remaindersOf(sets: number): Int32Array {
    let remainders = this.remainders.get(sets);
    if (remainders === undefined) this.remainders.set(sets, (remainders = new Remainders(sets)));
    return remainders.of(this.large, this.pagesOf[LARGE]);
  }

  /** Keys that there are of a size. */
  count(size: Size): number {
    return size === SMALL ? this.size : size === LARGE ? this.large.count : this.huge.count;
  }

  /** Key, among those of a size, of the page with a key. */
  keyAt(size: Size, page: number): number {
    return size === SMALL ? page : size === LARGE ? this.large.of[page]! : this.huge.of[page]!;
  }

  /** Page number, in units of its size, of a key of that size. */
  numberOf(size: Size, key: number): number {
    return size === SMALL ? this.pages.vpn[key]! : size === LARGE ? this.large.number[key]! : this.huge.number[key]!;
  }

  /** How many pages lie before the page with a key in the page of a size. */
  inside(size: Size, page: number): number {
    return size === SMALL ? 0 : this.pages.vpn[page]! % this.pagesOf[size];
  }

  /** Key of the page of a size that a page number lies in; -1 when the trace never refers to it. */
  find(size: Size, vpn: number): number {
    if (size !== SMALL) return (size === LARGE ? this.large : this.huge).find(vpn);
    const { vpn: pages } = this.pages;
    if (pages[this.expected] === vpn) return this.expected;
    for (let key = this.keyOfPage.size; key < this.size; key++) this.keyOfPage.set(pages[key]!, key);
    return this.keyOfPage.get(vpn) ?? -1;
  }
}

/** Remainders of the first page of regions, reckoned for those that are new when they are asked for. */
class Remainders {
  private all = new Int32Array(64);
  private count = 0;

  constructor(private readonly sets: number) {}

  of({ number, count }: Groups, pages: number): Int32Array {
    if (count > this.all.length) this.all = enlarged(this.all, count);
    for (; this.count < count; this.count++) this.all[this.count] = (number[this.count]! * pages) % this.sets;
    return this.all;
  }
}

/** The larger pages that pages lie in. */
class Groups {
  /** Group key of each page key. */
  of = new Int32Array(1024);
  /** Number (vpn / pages in a group) of each group key. */
  number = new Float64Array(64);
  count = 0;
  private readonly keys = new Map<number, number>();

  constructor(private readonly pages: number) {}

  add(vpn: Float64Array, from: number, to: number): void {
    if (to > this.of.length) this.of = enlarged(this.of, to);
    for (let page = from; page < to; page++) {
      const number = Math.floor(vpn[page]! / this.pages);
      let key = this.keys.get(number);
      if (key === undefined) {
        key = this.count++;
        this.keys.set(number, key);
        if (key >= this.number.length) this.number = enlarged(this.number, key + 1);
        this.number[key] = number;
      }
      this.of[page] = key;
    }
  }

  find(vpn: number): number {
    return this.keys.get(Math.floor(vpn / this.pages)) ?? -1;
  }
}
