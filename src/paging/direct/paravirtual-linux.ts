/**
 * How a paravirtual Linux makes the changes of a native trace: which of its table writes are hypercalls, one by one or in batches, which are
 * stores that trap, and which are plain stores to tables that are not in use yet.
 *
 * Linux 6.1 `arch/x86/xen/mmu_pv.c` and `mm/`, in our own words. What a native kernel's writes mean is inferred:
 * - cleared and set again without a flush: mprotect's transaction, one entry of a batch that preserves accessed and dirty bits;
 * - cleared, and the same frame set elsewhere with the next write: a leaf that is moved, an entry of a batch;
 * - the right to write taken from the user's leaf, one byte: fork's write protection. Where a trace shows how the child's tables are
 *   filled - those of user programs do - the copy of the leaf follows, and without it the write is mprotect's.
 */
import { PTE } from '../../memory/formats/index.js';
import { entryFrame } from '../../memory/page-table.js';
import { AddressSpaces } from './address-spaces.js';
import type { DirectCounts } from './counts.js';
import type { GuestEntry } from './machine-tables.js';
import type { Multicall } from './multicall.js';
import { KERNEL, ownerBelow, ROOT_LEVEL, type TableType, type TableTypes } from './table-types.js';

const MARKS = PTE.accessed | PTE.dirty;
const NOWHERE = { table: -1, index: -1, target: -1 };

/** A write, as the next one sees it. */
type Place = typeof NOWHERE;

export class ParavirtualLinux {
  /** The user's page fault whose handling may follow. */
  faultOpen = false;
  /** Table of the batch that is open; -1 for none. */
  private batch = -1;
  private cleared: Place = NOWHERE;
  /** A leaf that lost the right to write, of which the next write tells why. */
  private protectedLeaf: Place = NOWHERE;
  /** The trace shows tables that fill before their first use only as what they hold then. */
  private showsNoCopies = false;

  constructor(
    private readonly types: TableTypes,
    private readonly spaces: AddressSpaces,
    private readonly counts: DirectCounts,
    private readonly multicall: Multicall,
  ) {}

  /** An entry that was in a table before it was used first; the first root's have been there from the beginning. */
  preset(table: number, index: number, low: number, high: number): void {
    this.showsNoCopies = true;
    if (this.spaces.current >= 0 && this.types.of(table) === undefined) this.plain(table, low, entryFrame(low, high));
    this.types.tables.write(table, index, low, high);
  }

  write(table: number, index: number, low: number, high: number): void {
    const { types } = this;
    const old = types.tables.read(table, index);
    this.loseDead(table, index, low);
    const type = types.of(table);
    if (type === undefined) this.plain(table, low, entryFrame(low, high));
    else if (type.level > 1) return this.upper(type, table, index, low, high);
    else this.leaf(type, table, index, old, { low, high });
    types.tables.write(table, index, low, high);
  }

  /** Anything but a table write: batches end, and what was cleared stays so. */
  settle(): void {
    this.settleProtection(-1);
    this.cleared = NOWHERE;
    this.endBatch();
  }

  /** Tables of a space that is not loaded are cleared because it dies. */
  private loseDead(table: number, index: number, low: number): void {
    const type = this.types.of(table);
    if (type === undefined || low !== 0) return;
    const owner = ownerBelow(table, type.level, type.owner, index);
    if (owner === KERNEL || owner === this.spaces.current) return;
    this.settle();
    this.spaces.die(owner);
  }

  /** A table that is not in use: upper entries and zeros are plain stores, leaves go through the VMM, which stores them. */
  private plain(table: number, low: number, target: number): void {
    if (this.types.tables.levelOf(table) > 1) return;
    this.settleProtection(low === 0 ? -1 : target);
    this.cleared = NOWHERE;
    if (low === 0) return;
    this.counts.plainEntries++;
    this.batched(table);
  }

  private leaf(type: TableType, table: number, index: number, old: GuestEntry, now: GuestEntry): void {
    const { spaces, cleared, counts } = this;
    const user = type.owner !== KERNEL;
    const here = { table, index, target: entryFrame(now.low, now.high) };
    this.settleProtection(-1);
    this.cleared = NOWHERE;
    if (now.low === 0) {
      this.endBatchUnless(table);
      const pending = spaces.pendingOf(type.owner);
      if (pending === undefined) spaces.storeTrapped('wordStores', 1);
      else pending.leaves++;
      this.cleared = { ...here, target: entryFrame(old.low, old.high) };
      return;
    }
    if (user && cleared.table === table && cleared.index === index) {
      spaces.pendingOf(type.owner)!.leaves--;
      counts.preservingEntries++;
      this.batched(table);
    } else if (user && cleared.target === here.target) this.batched(table);
    else this.rewrite(user, here, old, now);
    if (user) spaces.live(type.owner);
  }

  private rewrite(user: boolean, here: Place, old: GuestEntry, now: GuestEntry): void {
    const present = (old.low & now.low & PTE.present) !== 0;
    const same = present && entryFrame(old.low, old.high) === here.target;
    const changed = (old.low ^ now.low) & ~MARKS;
    const lost = old.low & ~now.low;
    const takesWrite = changed === PTE.writable && (lost & PTE.writable) !== 0 && old.high === now.high;
    if (same && user && takesWrite) {
      if (this.showsNoCopies) this.spaces.storeTrapped('byteStores', 1);
      else this.protectedLeaf = here;
    } else if (same && changed === 0 && (lost & MARKS) !== 0 && old.high === now.high)
      this.spaces.storeTrapped('wordStores', 1);
    else if (same && user && !this.showsNoCopies && !this.faultOpen) {
      this.counts.preservingEntries++;
      this.batched(here.table);
    } else {
      this.endBatch();
      this.multicall.add('mmuUpdate');
      this.multicall.issue();
    }
    if (same) this.faultOpen = false;
  }

  private upper(type: TableType, table: number, index: number, low: number, high: number): void {
    const { types, spaces } = this;
    this.settle();
    const level = type.level - 1;
    const owner = ownerBelow(table, type.level, type.owner, index);
    const oldChild = types.tables.childOf(table, index);
    const pending = low === 0 ? spaces.pendingOf(owner) : undefined;
    if (pending === undefined) spaces.live(owner);
    types.tables.write(table, index, low, high);
    const child = types.tables.childOf(table, index);
    const isNew = child >= 0 && types.of(child) === undefined;
    if (child >= 0) types.take(child, level, owner);
    if (oldChild >= 0) types.drop(oldChild);
    const isFree = oldChild >= 0 && types.of(oldChild) === undefined;
    if (pending !== undefined) {
      pending[type.level === ROOT_LEVEL ? 'roots' : 'uppers']++;
      if (isFree) pending[level === 1 ? 'leafTables' : 'upperTables']++;
      return;
    }
    if (isNew) spaces.adopt(level);
    spaces.update(type.level === ROOT_LEVEL && owner !== KERNEL ? 2 : 1);
    if (isFree) spaces.release(level);
  }

  /** @param copied frame of the leaf that is put into a table not in use, or -1 */
  private settleProtection(copied: number): void {
    const { table, target } = this.protectedLeaf;
    if (table < 0) return;
    this.protectedLeaf = NOWHERE;
    if (target === copied) return this.spaces.storeTrapped('byteStores', 1);
    this.counts.preservingEntries++;
    this.batched(table);
  }

  private batched(table: number): void {
    this.endBatchUnless(table);
    this.batch = table;
    this.multicall.add('mmuUpdate');
  }

  private endBatchUnless(table: number): void {
    if (this.batch !== table) this.endBatch();
  }

  private endBatch(): void {
    this.batch = -1;
    this.multicall.issue();
  }
}
