/**
 * Shadow entries for a page that the guest's tables translate: the tables on the way are found or made, then the leaf is put in and
 * its neighbours with it. Linux `arch/x86/kvm/mmu`: FNAME(fetch), kvm_mmu_find_shadow_page, make_spte, in our own words.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { REGION_PAGES } from '../../memory/address.js';
import { PTE, type TableFormat } from '../../memory/formats/index.js';
import { entryFrame, entryIndex } from '../../memory/page-table.js';
import type { PdpteRegisters } from '../../mmu/pdpte-registers.js';
import type { Walker } from '../../mmu/walker.js';
import type { Platform } from '../strategy.js';
import { ALL_ACCESS, GRANT, type EntryPlace, type Role, type ShadowPage } from './shadow-page.js';
import type { ShadowDetails } from './details.js';
import type { ShadowTables } from './shadow-tables.js';
import { accessOf, type Sync } from './sync.js';

/** `same`: the entry was right already. `refused`: a write to a table that is not let go out of sync; it has to be emulated. */
export type Filled = 'filled' | 'same' | 'refused';

/** Room is made for the tables of one fill. */
const TABLES_OF_A_FILL = 5;

/** Which tables of the guest are walked as they are, and where shadow tables lead to them. */
export interface GuestWalked {
  has(guestFrame: number): boolean;
  reachedFrom(place: EntryPlace, guestFrame: number): void;
}

export class Fill {
  private readonly mostTables: number;

  constructor(
    private readonly platform: Platform,
    private readonly format: TableFormat,
    private readonly tables: ShadowTables,
    private readonly sync: Sync,
    private readonly policy: ShadowPolicy,
    private readonly details: ShadowDetails,
    private readonly guestWalked: GuestWalked | null = null,
  ) {
    this.mostTables = Math.max(64, Math.floor((platform.host.frames * policy.tablesPerThousand) / 1000));
  }

  /** @param software the walk of the guest's tables that translated the page */
  fill(root: ShadowPage, software: Walker, vpn: number, write: boolean): Filled {
    this.makeRoom();
    const { tables } = this;
    const leaf = software.lastLevel;
    let page = root;
    let access = ALL_ACCESS;
    for (let level = this.format.levels; level > leaf; level--) {
      page.writes = 0;
      if (level !== this.format.bareLevel) access &= accessOf(software.pathLow(level), software.pathHigh(level));
      const index = entryIndex(this.format, vpn, level);
      const guestFrame = software.pathFrame[level - 1]!;
      if (this.guestWalked?.has(guestFrame)) return this.switch(page, index, guestFrame, access);
      page =
        tables.child(page, index) ?? this.link(page, index, { guestFrame, level: level - 1, access, direct: false });
    }
    access &= accessOf(software.pathLow(leaf), software.pathHigh(leaf), software.leafDirty);
    return this.fillLeaf(page, software.guestFrame, vpn, access, write);
  }

  /** From here on hardware walks the guest's own tables. */
  private switch(page: ShadowPage, index: number, guestFrame: number, access: number): Filled {
    if (!this.tables.linkGuest(page, index, guestFrame, access)) return 'same';
    this.guestWalked!.reachedFrom(page.place(index), guestFrame);
    return 'filled';
  }

  /** Points a root's entries to the shadows of the tables that the guest's PDPTE registers point to. */
  fillRegisters(root: ShadowPage, { low, high }: PdpteRegisters): void {
    for (const [index, entry] of low.entries()) {
      const guestFrame = entryFrame(entry, high[index]!);
      if ((entry & PTE.present) === 0) this.tables.clear(root, index);
      else if (this.tables.child(root, index)?.role.guestFrame !== guestFrame)
        this.link(root, index, { guestFrame, level: root.level - 1, access: ALL_ACCESS, direct: false });
    }
  }

  /** The shadow of a table, or the table that splits a large guest page: found and brought up to date, or made. */
  get(role: Role): ShadowPage {
    const { tables } = this;
    if (!role.direct && role.level > 1)
      if (this.policy.snapshots) this.sync.bringBack(role.guestFrame);
      else for (const other of [...tables.shadowsOf(role.guestFrame)]) if (other.unsync) tables.zap(other);
    const held = tables.find(role);
    if (held === undefined) return this.make(role);
    if (held.unsync && this.policy.snapshots) this.sync.bringBack(role.guestFrame);
    else if (held.unsync) this.sync.update(held); // and stays out of sync
    held.writes = 0;
    return held;
  }

  private make(role: Role): ShadowPage {
    if (!role.direct && role.level === 1) this.details.leafTablesMade++;
    return this.tables.make(role);
  }

  private link(page: ShadowPage, index: number, role: Role): ShadowPage {
    const child = this.get(role);
    this.sync.syncBelow(child);
    this.tables.link(page, index, child);
    if (child.unsync) this.sync.markAbove(child);
    return child;
  }

  /** At the largest size that guest and host pages have, unless a shadowed table lies there: direct tables split the guest's page then. */
  private fillLeaf(above: ShadowPage, guestFrame: number, vpn: number, access: number, write: boolean): Filled {
    const { tables, sync } = this;
    const whole = this.platform.host.blockFrames >= REGION_PAGES && !tables.hasShadowed(guestFrame);
    const goal = above.level > 1 && whole ? 2 : 1;
    let page = above;
    for (let level = above.level; level > goal; level--) {
      page.writes = 0;
      const index = entryIndex(this.format, vpn, level);
      const held = tables.child(page, index);
      const first = guestFrame - (guestFrame % REGION_PAGES ** (level - 1));
      const role = { guestFrame: first, level: level - 1, access, direct: true };
      page = held?.role.direct === true && held.role.access === access ? held : this.link(page, index, role);
    }
    page.writes = 0;
    const index = entryIndex(this.format, vpn, goal);
    const target = goal === 2 ? guestFrame - (guestFrame % REGION_PAGES) : guestFrame;
    const wasWritable =
      (tables.low(page, index) & PTE.writable) !== 0 && tables.isLeaf(page, index) && page.target(index) === target;
    const refused = (access & GRANT.write) !== 0 && !wasWritable && !sync.mayWrite(target, 'fault');
    if (goal === 1) sync.followed(page, index);
    const readOnly = refused || (!write && !this.platform.host.backing.isWritten(guestFrame));
    const changed = tables.setLeaf(page, index, target, readOnly ? access & ~GRANT.write : access);
    if (changed) {
      this.platform.counters.shadowFills++;
      sync.prefetchAround(page, index);
    }
    return refused && write ? 'refused' : changed ? 'filled' : 'same';
  }

  private makeRoom(): void {
    while (this.tables.count > this.mostTables - TABLES_OF_A_FILL) {
      const oldest = this.tables.oldest();
      if (oldest === undefined) return;
      this.tables.zap(oldest);
    }
  }
}
