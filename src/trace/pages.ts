/** The page dictionary of a trace while it is being made: page numbers get dense ids in order of first use. */
import type { PageDictionary } from './event.js';

export class GrowingPages implements PageDictionary {
  size = 0;
  vpn = new Float64Array(1024);

  append(vpn: number): number {
    if (this.size === this.vpn.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.vpn);
      this.vpn = larger;
    }
    this.vpn[this.size] = vpn;
    return this.size++;
  }
}

/** Pages that were asked for lately, by the lowest bits of their number. */
const RECENT = 1 << 16;

/** A growing dictionary that is asked by page number: 16 to 24 bytes for each page that was asked for, wherever it lies. */
export class PageNumbering extends GrowingPages {
  /** Open addressing, at most half full: id + 1 of a page at its hash or in the next free place behind; 0 = free. */
  private places = new Uint32Array(2048);
  private readonly recentPage = new Float64Array(RECENT).fill(-1);
  private readonly recentId = new Uint32Array(RECENT);

  idOf(vpn: number): number {
    const slot = vpn & (RECENT - 1);
    if (this.recentPage[slot] === vpn) return this.recentId[slot]!;
    this.recentPage[slot] = vpn;
    return (this.recentId[slot] = this.find(vpn));
  }

  private find(vpn: number): number {
    const place = this.placeOf(vpn);
    const held = this.places[place]!;
    if (held > 0) return held - 1;
    this.places[place] = this.append(vpn) + 1;
    if (2 * this.size > this.places.length) this.spread();
    return this.size - 1;
  }

  private placeOf(vpn: number): number {
    const { places } = this;
    const last = places.length - 1;
    let place = hash(vpn) & last;
    for (let held = places[place]!; held > 0 && this.vpn[held - 1] !== vpn; held = places[place]!)
      place = (place + 1) & last;
    return place;
  }

  private spread(): void {
    this.places = new Uint32Array(2 * this.places.length);
    for (let id = 0; id < this.size; id++) this.places[this.placeOf(this.vpn[id]!)] = id + 1;
  }
}

/** All bits of a page number, mixed (the finisher of MurmurHash3), so that neighbours and regular distances scatter. */
function hash(vpn: number): number {
  let mixed = (vpn | 0) ^ Math.imul(Math.floor(vpn / 2 ** 32), 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
