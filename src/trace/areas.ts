/** Areas of virtual pages in order: what one address space maps where, without the tables. */

/** Pages [start, end). */
export interface Area {
  readonly start: number;
  readonly end: number;
  /** Page at `start` of what the area shows, so that its parts show the same. */
  readonly offset: number;
}

/** Areas that never overlap. */
export class Areas<A extends Area> {
  private list: A[] = [];

  get all(): readonly A[] {
    return this.list;
  }

  find(page: number): A | undefined {
    const area = this.list[this.position(page)];
    return area !== undefined && area.start <= page ? area : undefined;
  }

  /** Those that have pages in [start, end), whole. */
  within(start: number, end: number): A[] {
    const from = this.position(start);
    let to = from;
    while (to < this.list.length && this.list[to]!.start < end) to++;
    return this.list.slice(from, to);
  }

  /** Adds an area where nothing is mapped. */
  add(area: A): void {
    if (area.start < area.end) this.list.splice(this.position(area.start), 0, area);
  }

  /** Takes [start, end) out and returns what was there, cut to size. */
  remove(start: number, end: number): A[] {
    const touched = this.within(start, end);
    const left = touched.flatMap((area) => [part(area, area.start, start), part(area, end, area.end)]);
    this.list.splice(this.position(start), touched.length, ...left.filter((area) => area.start < area.end));
    return touched.map((area) => part(area, start, end));
  }

  /** Index of the first area that ends behind a page. */
  private position(page: number): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle]!.end <= page) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The part [start, end) of an area. */
function part<A extends Area>(area: A, start: number, end: number): A {
  const from = Math.max(start, area.start);
  return { ...area, start: from, end: Math.min(end, area.end), offset: area.offset + from - area.start };
}
