/**
 * Who a cached translation belongs to: the tags that hardware puts on it, as small numbers.
 *
 * VPID is Intel's word for what AMD calls ASID: 0 is the host's. PCID is the guest's own tag of an address space. EPTP stands for the
 * nested tables behind a combined mapping; 0 for none, which makes the mapping a linear one. Intel SDM vol. 3C, 29.4.1.
 */
export interface Context {
  readonly vpid: number;
  readonly pcid: number;
  readonly eptp: number;
}

export class Contexts {
  private readonly list: Context[] = [];
  private readonly ids = new Map<string, number>();
  /** By context: those that see its global translations, itself among them. */
  private readonly groups: number[][] = [];

  get count(): number {
    return this.list.length;
  }

  at(id: number): Context {
    return this.list[id]!;
  }

  /** The number of a context, given on first use. */
  id(context: Context): number {
    const { vpid, pcid, eptp } = context;
    const key = `${vpid} ${pcid} ${eptp}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.list.length;
      this.ids.set(key, id);
      this.list.push({ vpid, pcid, eptp });
      const twin = this.list.findIndex((other) => other.vpid === vpid && other.eptp === eptp);
      const group = twin === id ? [] : this.groups[twin]!;
      group.push(id);
      this.groups.push(group);
    }
    return id;
  }

  /** Contexts of the same VPID and nested tables: a global translation of one is one of all. */
  sharing(id: number): readonly number[] {
    return this.groups[id]!;
  }
}
