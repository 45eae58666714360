/** One shadow table, and the entries of other shadow tables that point to it. */

/** A place in a shadow table: its system frame × 512 + index. */
export type EntryPlace = number;

export class ShadowPage {
  /** Places of the entries that point to this table. */
  readonly parents = new Set<EntryPlace>();
  /** Guest frame that each leaf of this table maps; made with the first leaf. */
  private targets: Int32Array | null = null;

  constructor(
    /** System frame of the shadow table. */
    readonly frame: number,
    readonly level: number,
    /** Guest frame of the table it shadows; for a direct page, the first guest frame that it maps. */
    readonly guestFrame: number,
    /** A direct page splits one entry of a large guest page: no guest table stands behind it. */
    readonly direct: boolean,
  ) {}

  place(index: number): EntryPlace {
    return this.frame * 512 + index;
  }

  target(index: number): number {
    return this.targets![index]!;
  }

  setTarget(index: number, guestFrame: number): void {
    this.targets ??= new Int32Array(512);
    this.targets[index] = guestFrame;
  }
}
