/** One shadow table: what it shadows and for whom, and the entries of other shadow tables that point to it. */

/** Entries of a table whose entries have 8 bytes. */
export const ENTRIES = 512;

/** A place in a shadow table: its system frame × ENTRIES + index. */
export type EntryPlace = number;

/** Rights that all entries above a table grant: bits of a shadow page's access. */
export const GRANT = { write: 1, user: 2, fetch: 4 } as const;
export const ALL_ACCESS = GRANT.write | GRANT.user | GRANT.fetch;

/** Which shadow of a guest table: one table that is reached with different rights has several shadows. */
export interface Role {
  /** Guest frame of the table; for a direct page, the first guest frame that it maps. */
  readonly guestFrame: number;
  readonly level: number;
  /** Bits of GRANT. */
  readonly access: number;
  /** A direct page splits one entry of a large guest page: no guest table stands behind it. */
  readonly direct: boolean;
}

export class ShadowPage {
  /** Places of the entries that point to this table. */
  readonly parents = new Set<EntryPlace>();
  /** The guest writes its table without exits: the shadow may lag behind. */
  unsync = false;
  /** Words of the guest's table as the shadow last followed them, while it is out of sync and the VMM keeps them. */
  snapshot: Int32Array | null = null;
  /** Indices of entries below which tables are out of sync. */
  readonly unsyncBelow = new Set<number>();
  /** Emulated writes to the guest's table since a walk last came by. */
  writes = 0;
  /** A root is kept while it may be loaded again. */
  isRoot = false;
  /** Until it is given up. */
  alive = true;
  /** Guest frame that each leaf of this table maps; made with the first leaf. */
  private targets: Int32Array | null = null;

  constructor(
    /** System frame of the shadow table. */
    readonly frame: number,
    readonly role: Role,
  ) {}

  get level(): number {
    return this.role.level;
  }

  place(index: number): EntryPlace {
    return this.frame * ENTRIES + index;
  }

  target(index: number): number {
    return this.targets![index]!;
  }

  setTarget(index: number, guestFrame: number): void {
    this.targets ??= new Int32Array(ENTRIES);
    this.targets[index] = guestFrame;
  }
}
