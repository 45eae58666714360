/**
 * The address spaces of a paravirtual guest: pinned at first use, unpinned when they die. Linux 6.1 `arch/x86/xen/mmu_pv.c`: xen_pgd_pin,
 * xen_pgd_unpin, xen_alloc_pte, xen_release_pte, in our own words.
 *
 * A native trace does not say when a kernel would unpin a space, which it does before it clears the first entry of a dying one. Entries of
 * a space that is not loaded are cleared because it dies. Of the one that is loaded, clears are kept in mind: whatever shows that the space lives -
 * a flush, a fault, an entry that is set - makes them traps and calls; they cost nothing if another root is loaded when nothing is left in it.
 */
import type { ExitCause } from '../../vmm/exits.js';
import type { DirectCounts } from './counts.js';
import type { Multicall } from './multicall.js';
import { KERNEL, ROOT_LEVEL, type TableTypes } from './table-types.js';

/** An address space has one for kernel mode and one for user mode. */
const ROOTS = 2;

/** Clears in a space of which is not known yet whether it dies. */
interface Pending {
  /** Of leaves, of entries of levels 2 and 3, and of the root. */
  leaves: number;
  uppers: number;
  roots: number;
  /** Tables that nothing points to any more: of level 1, and above. */
  leafTables: number;
  upperTables: number;
}

export class AddressSpaces {
  /** The root that is loaded; -1 before the first. */
  current = -1;
  private readonly spaces = new Map<number, Pending>();

  constructor(
    private readonly types: TableTypes,
    private readonly exits: Record<ExitCause, number>,
    private readonly counts: DirectCounts,
    private readonly multicall: Multicall,
  ) {}

  /** Clears to be kept in mind for a table's owner; undefined for the kernel's tables, where they are none. */
  pendingOf(owner: number): Pending | undefined {
    return this.spaces.get(owner);
  }

  /** MOV to CR3. */
  load(root: number): void {
    const { current, counts, multicall, exits } = this;
    const before = this.spaces.get(current);
    if (before !== undefined && before.roots > 0 && this.types.children(current, ROOT_LEVEL, true).length === 0)
      this.die(current);
    if (root === current) this.live(root);
    this.current = root;
    if (!this.spaces.has(root)) this.pin(root);
    this.live(root);
    if (root === current) {
      counts.localFlushes++;
      exits.mmuextOp++;
      return;
    }
    counts.baseLoads++;
    multicall.add('mmuextOp'); // new_baseptr
    multicall.add('mmuextOp'); // new_user_baseptr
    multicall.issue();
  }

  /** The space of some tables is in use: what was cleared there went through the VMM. */
  live(owner: number): void {
    const pending = this.spaces.get(owner);
    if (pending === undefined) return;
    const { leaves, uppers, roots, leafTables, upperTables } = pending;
    this.spaces.set(owner, nothing());
    this.storeTrapped('wordStores', leaves);
    for (let at = 0; at < uppers; at++) this.update(1);
    for (let at = 0; at < roots; at++) this.update(2);
    for (let at = 0; at < leafTables; at++) this.release(1);
    for (let at = 0; at < upperTables; at++) this.release(2);
  }

  /** The space is unpinned: its tables are plain pages again. */
  die(root: number): void {
    const { types, counts, multicall } = this;
    const pending = this.spaces.get(root);
    if (pending === undefined) return;
    this.spaces.delete(root);
    for (let at = 0; at < ROOTS; at++) multicall.add('mmuextOp');
    multicall.add('vaMappingUpdate');
    const tables = [...types.userTables(root)];
    const leafTables = pending.leafTables + tables.filter(({ level }) => level === 1).length;
    for (let at = 0; at < pending.upperTables + tables.length - leafTables + pending.leafTables; at++)
      multicall.add('vaMappingUpdate');
    for (let at = 0; at < leafTables; at++) {
      multicall.add('mmuextOp');
      multicall.add('vaMappingUpdate');
    }
    multicall.add('vaMappingUpdate');
    multicall.issue();
    counts.unpins += ROOTS + leafTables;
    types.drop(root);
  }

  /** A new table is made read-only, and pinned if it is a leaf table. */
  adopt(level: number): void {
    this.multicall.add('vaMappingUpdate');
    if (level === 1) {
      this.multicall.add('mmuextOp');
      this.counts.level1Pins++;
    }
    this.multicall.issue();
  }

  /** A table that nothing points to is made writable again. */
  release(level: number): void {
    if (level === 1) {
      this.multicall.add('mmuextOp');
      this.counts.unpins++;
    }
    this.multicall.add('vaMappingUpdate');
    this.multicall.issue();
  }

  /** An entry of an upper table; of a root, also that of its copy for user mode. */
  update(entries: 1 | 2): void {
    this.counts.upperEntries += entries;
    for (let at = 0; at < entries; at++) this.multicall.add('mmuUpdate');
    this.multicall.issue();
  }

  storeTrapped(width: 'byteStores' | 'wordStores', stores: number): void {
    this.exits.trappedTableWrite += stores;
    this.counts[width] += stores;
  }

  /** All tables of a root are validated and made read-only; the leaf tables and the two roots are pinned. */
  private pin(root: number): void {
    const { types, counts, multicall } = this;
    this.spaces.set(root, nothing());
    types.take(root, ROOT_LEVEL, KERNEL);
    counts.validatedTables++; // the root for user mode, of which this model keeps no copy
    for (const { level } of types.userTables(root)) {
      multicall.add('vaMappingUpdate');
      if (level > 1) continue;
      multicall.add('mmuextOp');
      counts.level1Pins++;
    }
    for (let at = 0; at < ROOTS; at++) {
      multicall.add('vaMappingUpdate');
      multicall.add('mmuextOp');
    }
    counts.level4Pins += ROOTS;
    multicall.issue();
  }
}

function nothing(): Pending {
  return { leaves: 0, uppers: 0, roots: 0, leafTables: 0, upperTables: 0 };
}
