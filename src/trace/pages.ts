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
const RECENT = 4096;

/** A growing dictionary that is asked by page number. */
export class PageNumbering extends GrowingPages {
  private readonly ids = new Map<number, number>();
  private readonly recentPage = new Float64Array(RECENT).fill(-1);
  private readonly recentId = new Uint32Array(RECENT);

  idOf(vpn: number): number {
    const slot = vpn & (RECENT - 1);
    if (this.recentPage[slot] === vpn) return this.recentId[slot]!;
    let id = this.ids.get(vpn);
    if (id === undefined) {
      id = this.append(vpn);
      this.ids.set(vpn, id);
    }
    this.recentPage[slot] = vpn;
    this.recentId[slot] = id;
    return id;
  }
}
