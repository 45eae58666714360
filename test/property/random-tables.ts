/** Small tables of random words, and pages that lie in them: what changes between walks in every way that words can. */
import fc from 'fast-check';
import { EPT, FORMATS, PTE } from '../../src/memory/formats/index.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { DEFAULT_CONTROLS, Dimension } from '../../src/mmu/dimension.js';
import { Walker } from '../../src/mmu/walker.js';

export type HostName = 'none' | '4level' | 'ept';

/** Tables of the guest lie in its frames 1 to 7, of which the first is its root; those of the host in system frames 17 to 23. */
const GUEST_TABLES = 1;
const HOST_TABLES = 17;
/** The third table of each dimension points to leaf tables: the fourth and the two behind it. */
const LAST_POINTERS = 2;
const LEAF_TABLES = [3, 4, 5] as const;
/** Points to a leaf table for the region that shares a slot. */
const OTHER_POINTERS = 6;
const LEAVES = 8;
/** Guest frames of tables lie in the first region of 2 MiB, of data in the others: each has a leaf table of the host's. */
const REGIONS = 3;
const REGION = 512;
/** Ways and plans keep it in the slot of region 1: see ways.ts. Nested tables reach it by other tables, down to the leaf. */
const SAME_SLOT = 1 + 2 ** 13;
const DATA = [1, 2, 1] as const;

const PLAIN = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty;
const EXTENDED = EPT.read | EPT.write | EPT.execute | EPT.accessed | EPT.dirty;
const NO_EXECUTE = 1 << 31;
/** In the high half: a frame of more than 32 bits, and of more bits than there are. */
const FAR = 0x800;
const TOO_FAR = 0x1_0000;
const AS_IT_IS = { twist: 0, high: 0 };

/** Pages by the index at each level above the leaf tables, 0 or 1, and in one of those. */
export const RANDOM_PAGES: readonly number[] = [0, 1].flatMap((top) =>
  [0, 1].flatMap((middle) =>
    Array.from({ length: LEAVES }, (_, index) => top * (2 ** 27 + 2 ** 18) + middle * REGION + index),
  ),
);

export interface EntryWrite {
  readonly nested: boolean;
  readonly table: number;
  readonly index: number;
  /** A table, or a frame of data. */
  readonly to: number;
  /** Bits that are not as they should be. */
  readonly twist: number;
  readonly high: number;
}

const twist = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 5, arbitrary: fc.constantFrom(PTE.writable, PTE.dirty, EPT.dirty) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(1, PTE.user, PTE.accessed, PTE.global, PTE.large, 0x10, 0x18, 3, PTE.dirty | 2),
  },
);
const index = fc.nat(LEAVES - 1);
const dataFrame = fc
  .tuple(fc.constantFrom(1, 1, 1, 1, 2, 2, SAME_SLOT, 0), index)
  .map(([region, at]) => region * REGION + at);

/** A new leaf. */
export const leafWrite: fc.Arbitrary<EntryWrite> = fc.record({
  nested: fc.boolean(),
  table: fc.constantFrom(...LEAF_TABLES),
  index,
  to: dataFrame,
  twist,
  high: fc.constantFrom(0, 0, 0, 0, 0, 0, NO_EXECUTE, FAR, TOO_FAR),
});

/** A pointer to another leaf table, or to the same table with other rights; or a large page. */
export const pointerWrite: fc.Arbitrary<EntryWrite> = fc
  .record({
    nested: fc.boolean(),
    table: fc.constantFrom(LAST_POINTERS, LAST_POINTERS, LAST_POINTERS, 0, 1),
    index: fc.nat(REGIONS - 1),
    leaf: fc.constantFrom(...LEAF_TABLES),
    twist: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constant(PTE.large) },
      { weight: 1, arbitrary: twist },
    ),
    high: fc.constantFrom(0, 0, 0, NO_EXECUTE),
  })
  .map(({ leaf, ...rest }) => ({ ...rest, to: rest.table === LAST_POINTERS ? leaf : rest.table + 1 }));

/** A pointer to another leaf table, with nothing else changed: where walks go through it, they still end plainly. */
export const detour: fc.Arbitrary<EntryWrite> = fc
  .record({ nested: fc.boolean(), index: fc.nat(1), to: fc.constantFrom(...LEAF_TABLES) })
  .map((rest) => ({ ...rest, ...AS_IT_IS, table: LAST_POINTERS }));

/** Another place for a leaf table of the guest's, or other rights to the same. */
export const tableMove: fc.Arbitrary<EntryWrite> = fc
  .record({
    of: fc.constantFrom(...LEAF_TABLES),
    to: fc.constantFrom(...LEAF_TABLES),
    twist: fc.constantFrom(0, PTE.writable, PTE.dirty, EPT.dirty),
  })
  .map(({ of, to, twist: bits }) => ({
    nested: true,
    table: LEAF_TABLES[0],
    index: GUEST_TABLES + of,
    to: GUEST_TABLES + to,
    twist: bits,
    high: 0,
  }));

export class RandomTables {
  readonly memory = new PhysicalMemory();
  readonly walker: Walker;

  constructor(private readonly hostName: HostName) {
    const guest = new Dimension(FORMATS['4level'], GUEST_TABLES * 4096, DEFAULT_CONTROLS);
    const host = hostName === 'none' ? null : new Dimension(FORMATS[hostName], HOST_TABLES * 4096, DEFAULT_CONTROLS);
    this.walker = new Walker(this.memory, guest, host);
    this.mend();
  }

  /** All entries as they should be; each leaf table maps its pages to others. */
  mend(): void {
    for (const nested of [false, true]) {
      for (let table = 0; table < LAST_POINTERS; table++)
        for (const at of [0, 1]) this.write({ nested, table, index: at, to: table + 1, ...AS_IT_IS });
      this.write({ nested, table: 1, index: SAME_SLOT >> 9, to: OTHER_POINTERS, ...AS_IT_IS });
      this.write({ nested, table: OTHER_POINTERS, index: SAME_SLOT % REGION, to: LEAF_TABLES[2], ...AS_IT_IS });
      for (const [region, table] of LEAF_TABLES.entries()) {
        this.write({ nested, table: LAST_POINTERS, index: region, to: table, ...AS_IT_IS });
        for (let at = 0; at < LEAVES; at++)
          this.write({
            nested,
            table,
            index: at,
            to: (nested ? region : region + at === LEAVES - 1 ? SAME_SLOT : DATA[(at + region) % 3]!) * REGION + at,
            ...AS_IT_IS,
          });
      }
    }
  }

  write({ nested, table, index: at, to, twist: bits, high }: EntryWrite): void {
    const first = nested ? HOST_TABLES : GUEST_TABLES;
    const usual = nested && this.hostName === 'ept' ? EXTENDED : PLAIN;
    const isLarge = table === LAST_POINTERS && (bits & PTE.large) !== 0;
    const frame = isLarge ? REGION : (LEAF_TABLES as readonly number[]).includes(table) ? to : first + to;
    this.memory.writePair(first + table, at, (frame << 12) | (usual ^ bits), high + Math.floor(frame / 2 ** 20));
  }

  moveRoot(to: number): void {
    this.walker.guest.root = GUEST_TABLES + to;
  }
}
