/**
 * Which frames are page tables, of which level, and how often they are in use as such: Xen's type counts. A frame becomes a table when it is
 * pinned or an entry of a table points to it, and all its entries are checked then; it is no table any more when its count is 0.
 *
 * Xen `arch/x86/mm.c`: get_page_type, alloc_l1_table to alloc_l4_table. No entry of a native trace is refused: a frame that is used at two
 * levels keeps the first one.
 */
import type { DirectCounts } from './counts.js';
import { ENTRIES } from '../shadow/shadow-page.js';
import { MachineTables } from './machine-tables.js';
import type { Platform } from '../strategy.js';

/** Owner of the tables that all address spaces share. */
export const KERNEL = -1;
/** Entries of a root below this map the user's half. */
const USER_ENTRIES = 256;
export const ROOT_LEVEL = 4;

export interface TableType {
  readonly level: number;
  /** Guest frame of the root whose user half the table is in, or KERNEL. */
  readonly owner: number;
  count: number;
}

export class TableTypes {
  readonly tables: MachineTables;
  /** TLBs may hold a right to write a table. */
  stale = false;
  private readonly types = new Map<number, TableType>();

  constructor(
    platform: Platform,
    private readonly counts: DirectCounts,
  ) {
    this.tables = new MachineTables(platform, (guestFrame) => this.types.has(guestFrame));
  }

  of(guestFrame: number): TableType | undefined {
    return this.types.get(guestFrame);
  }

  /** One more use of a frame as a table. */
  take(guestFrame: number, level: number, owner: number): void {
    const held = this.types.get(guestFrame);
    if (held !== undefined) {
      held.count++;
      return;
    }
    this.types.set(guestFrame, { level, owner, count: 1 });
    this.tables.setLevel(guestFrame, level);
    this.counts.validatedTables++;
    this.stale = this.tables.protect(guestFrame) || this.stale;
    for (const { index, child } of this.children(guestFrame, level))
      this.take(child, level - 1, ownerBelow(guestFrame, level, owner, index));
  }

  /** One use less. */
  drop(guestFrame: number): void {
    const held = this.types.get(guestFrame);
    if (held === undefined || --held.count > 0) return;
    this.types.delete(guestFrame);
    this.tables.unprotect(guestFrame);
    for (const { child } of this.children(guestFrame, held.level)) this.drop(child);
  }

  /** The frame is no table, whatever points to it. */
  forget(guestFrame: number): void {
    const held = this.types.get(guestFrame);
    if (held !== undefined) held.count = 1;
    this.drop(guestFrame);
  }

  /** Tables that the entries of a table point to; with `user`, of the user's half of a root. */
  children(guestFrame: number, level: number, user = false): { index: number; child: number }[] {
    const found: { index: number; child: number }[] = [];
    for (let index = 0; level > 1 && index < (user ? USER_ENTRIES : ENTRIES); index++) {
      const child = this.tables.childOf(guestFrame, index);
      if (child >= 0) found.push({ index, child });
    }
    return found;
  }

  /** The tables of a root's user half, each before those below it. */
  *userTables(root: number): Generator<{ frame: number; level: number }> {
    for (const { child } of this.children(root, ROOT_LEVEL, true)) yield* this.below(child, ROOT_LEVEL - 1);
  }

  private *below(frame: number, level: number): Generator<{ frame: number; level: number }> {
    yield { frame, level };
    for (const { child } of this.children(frame, level)) yield* this.below(child, level - 1);
  }
}

/** Whose a table is that an entry of another points to. */
export function ownerBelow(guestFrame: number, level: number, owner: number, index: number): number {
  if (level < ROOT_LEVEL) return owner;
  return index < USER_ENTRIES ? guestFrame : KERNEL;
}
