/** What an address space maps where: Linux's memory areas, without the tables. */

/** The pages behind a file or shared mapping: guest frames by page offset, filled as they are first needed. */
export type MemoryObject = Map<number, number>;

/** An area of virtual pages [start, end) with one protection. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** Bits of PROT. */
  readonly prot: number;
  readonly shared: boolean;
  /** Pages of a file, or of shared memory; null for private anonymous memory. */
  readonly object: MemoryObject | null;
  /** Page of `object` at `start`. */
  readonly offset: number;
}

/** The areas of one address space, in order, never overlapping. */
export class Mappings {
  private list: Mapping[] = [];

  get all(): readonly Mapping[] {
    return this.list;
  }

  find(page: number): Mapping | undefined {
    const at = this.position(page);
    const mapping = this.list[at];
    return mapping !== undefined && mapping.start <= page ? mapping : undefined;
  }

  /** Adds an area where nothing is mapped. */
  add(mapping: Mapping): void {
    if (mapping.start < mapping.end) this.list.splice(this.position(mapping.start), 0, mapping);
  }

  /** Takes [start, end) out and returns what was there, cut to size. */
  remove(start: number, end: number): Mapping[] {
    const from = this.position(start);
    let to = from;
    while (to < this.list.length && this.list[to]!.start < end) to++;
    const touched = this.list.slice(from, to);
    const left = touched.flatMap((mapping) => [part(mapping, mapping.start, start), part(mapping, end, mapping.end)]);
    this.list.splice(from, to - from, ...left.filter((mapping) => mapping.start < mapping.end));
    return touched.map((mapping) => part(mapping, Math.max(start, mapping.start), Math.min(end, mapping.end)));
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
function part(mapping: Mapping, start: number, end: number): Mapping {
  const from = Math.max(start, mapping.start);
  return { ...mapping, start: from, end: Math.min(end, mapping.end), offset: mapping.offset + from - mapping.start };
}
