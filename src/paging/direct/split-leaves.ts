/**
 * Large leaves of the guest, in tables of 4 KiB leaves that the VMM keeps: the entry points to them and has the guest's
 * accessed bit, the pieces have its rights, and the dirty bit is that of any piece.
 */
import { fourLevel } from '../../memory/formats/four-level.js';
import { PTE } from '../../memory/formats/index.js';
import { entryFrame, makeHigh, makeLow, readLow, writeEntry } from '../../memory/page-table.js';
import { ENTRIES, type EntryPlace } from '../shadow/shadow-page.js';
import type { Platform } from '../strategy.js';
import type { GuestEntry } from './machine-tables.js';

const LINK = PTE.present | PTE.writable | PTE.user | PTE.accessed;
/** Of the guest's large leaf, what its 4 KiB pieces have too. */
const LEAF_FLAGS = PTE.present | PTE.writable | PTE.user | PTE.accessed | PTE.dirty | PTE.global;

interface Split {
  /** Of the guest's leaf. */
  low: number;
  readonly high: number;
  readonly level: number;
  /** System frames of the tables of level 1, and of level 2 above them for a page of 1 GiB. */
  readonly leafTables: readonly number[];
  readonly middle: number | null;
}

type PutLeaf = (place: EntryPlace, guestFrame: number, low: number, high: number) => void;

export class SplitLeaves {
  private readonly splits = new Map<EntryPlace, Split>();
  /** log2 of the bytes of the guest's page, by system frame of a table of its pieces. */
  private readonly shifts = new Map<number, number>();

  constructor(
    private readonly platform: Platform,
    private readonly putLeaf: PutLeaf,
  ) {}

  put(place: EntryPlace, level: number, low: number, high: number): void {
    const { memory, vmmFrames } = this.platform;
    const shift = fourLevel.pageShift(level);
    const first = entryFrame(low, high, shift);
    const tables = Array.from({ length: level === 2 ? 1 : ENTRIES }, () => vmmFrames.allocate());
    for (const [at, table] of tables.entries()) {
      memory.clear(table);
      this.shifts.set(table, shift);
      for (let index = 0; index < ENTRIES; index++) {
        const guestFrame = first + at * ENTRIES + index;
        this.putLeaf(table * ENTRIES + index, guestFrame, makeLow(guestFrame, low & LEAF_FLAGS), high & ~0xf_ffff);
      }
    }
    const middle = level === 2 ? null : vmmFrames.allocate();
    if (middle !== null)
      for (const [at, table] of tables.entries())
        writeEntry(memory, fourLevel, middle, at, makeLow(table, LINK), makeHigh(table));
    const below = middle ?? tables[0]!;
    const link = makeLow(below, PTE.present | PTE.writable | PTE.user | (low & PTE.accessed));
    writeEntry(memory, fourLevel, Math.floor(place / ENTRIES), place % ENTRIES, link, makeHigh(below));
    this.splits.set(place, { low, high, level, leafTables: tables, middle });
  }

  /** The guest's large leaf at a place; null if there is none. @param link what memory holds there */
  read(place: EntryPlace, link: number): GuestEntry | null {
    const split = this.splits.get(place);
    if (split === undefined) return null;
    split.low |= link & PTE.accessed;
    if ((split.low & PTE.dirty) === 0 && this.isDirty(split)) split.low |= PTE.dirty;
    return split;
  }

  /** Gives the tables back. @returns the places of the 4 KiB leaves, to be forgotten before anything else is put there */
  drop(place: EntryPlace): EntryPlace[] {
    const split = this.splits.get(place);
    if (split === undefined) return [];
    this.splits.delete(place);
    const { leafTables, middle } = split;
    for (const table of leafTables) {
      this.shifts.delete(table);
      this.platform.vmmFrames.release(table);
    }
    if (middle !== null) this.platform.vmmFrames.release(middle);
    return leafTables.flatMap((table) => Array.from({ length: ENTRIES }, (_, index) => table * ENTRIES + index));
  }

  shiftOf(table: number): number {
    return this.shifts.get(table) ?? 12;
  }

  private isDirty({ leafTables }: Split): boolean {
    const { memory } = this.platform;
    return leafTables.some((table) => {
      for (let index = 0; index < ENTRIES; index++)
        if ((readLow(memory, fourLevel, table, index) & PTE.dirty) !== 0) return true;
      return false;
    });
  }
}
