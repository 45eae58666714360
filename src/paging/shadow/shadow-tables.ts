/**
 * All shadow tables of a virtual machine, linked like the guest's: found by what they shadow and for which rights, filled, cleared, and
 * write-protected. What is filled, goes out of sync or is given up is decided elsewhere.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { REGION_PAGES } from '../../memory/address.js';
import { fourLevel } from '../../memory/formats/four-level.js';
import { PTE } from '../../memory/formats/index.js';
import { entryFrame, makeHigh, makeLow, noExecuteOf, readHigh, readLow, writeEntry } from '../../memory/page-table.js';
import { FAULT } from '../../mmu/dimension.js';
import { SWITCH } from '../../mmu/switching.js';
import type { Platform } from '../strategy.js';
import { ReverseMap } from './reverse-map.js';
import { ENTRIES, GRANT, ShadowPage, type EntryPlace, type Role } from './shadow-page.js';
import { TRAP, Unfilled } from './unfilled.js';

/** Who else maps guest frames, and must not let a frame be written while a table in it is shadowed. */
export interface FrameGuard {
  protect(guestFrame: number): void;
  release(guestFrame: number): void;
}

export class ShadowTables {
  guard: FrameGuard | null = null;
  /** TLBs may hold what was removed: to be emptied before the guest runs on. */
  stale = false;
  /** PDPTE registers may hold what a root has no longer: to be loaded before the guest runs on. */
  registersStale = false;
  private readonly byRole = new Map<number, ShadowPage>();
  private readonly byFrame = new Map<number, ShadowPage>();
  /** Tables that split a large guest page: where there are none, nobody need look for them at each miss. */
  private directs = 0;
  /** Guest frames that hold shadowed tables, with their shadows. */
  private readonly shadows = new Map<number, Set<ShadowPage>>();
  /** Shadows of tables in each 2 MiB of guest memory. */
  private readonly inRegion = new Map<number, number>();
  private readonly leaves = new ReverseMap();
  private readonly largeLeaves = new ReverseMap();

  /** The level of a root whose entries are registers; 0 where there is none. */
  private readonly bareLevel: number;

  readonly unfilled: Unfilled;

  constructor(
    private readonly platform: Platform,
    private readonly policy: Pick<ShadowPolicy, 'keepsUnlinked' | 'pfecFilter'>,
  ) {
    this.bareLevel = platform.walker.guest.bareLevel;
    this.unfilled = new Unfilled(platform, policy.pfecFilter);
  }

  get count(): number {
    return this.byRole.size;
  }

  find(role: Role): ShadowPage | undefined {
    return this.byRole.get(keyOf(role));
  }

  make(role: Role): ShadowPage {
    const page = new ShadowPage(this.platform.vmmFrames.allocate(), role);
    this.platform.memory.clear(page.frame);
    this.unfilled.putAll(page);
    this.platform.counters.shadowTables++;
    this.byRole.set(keyOf(role), page);
    this.byFrame.set(page.frame, page);
    if (role.direct) this.directs++;
    if (!this.watches(role)) return page;
    const { guestFrame } = role;
    const others = this.shadows.get(guestFrame);
    if (others === undefined) this.shadows.set(guestFrame, new Set([page]));
    else others.add(page);
    const region = regionOf(guestFrame);
    this.inRegion.set(region, (this.inRegion.get(region) ?? 0) + 1);
    this.protect(guestFrame);
    this.guard?.protect(guestFrame);
    return page;
  }

  /** The oldest table that is no root. */
  oldest(): ShadowPage | undefined {
    for (const page of this.byRole.values()) if (!page.isRoot) return page;
    return undefined;
  }

  shadowsOf(guestFrame: number): ReadonlySet<ShadowPage> {
    return this.shadows.get(guestFrame) ?? NONE;
  }

  /** Whether a frame in the 2 MiB around a guest frame is a shadowed table: they are not mapped by one entry then. */
  hasShadowed(guestFrame: number): boolean {
    return (this.inRegion.get(regionOf(guestFrame)) ?? 0) > 0;
  }

  pageAt(place: EntryPlace): ShadowPage {
    return this.byFrame.get(Math.floor(place / ENTRIES))!;
  }

  /** Whether any table splits a large guest page. */
  get splits(): boolean {
    return this.directs > 0;
  }

  /** Whether the table at a system frame splits a large guest page. */
  isDirect(frame: number): boolean {
    return this.directs > 0 && this.byFrame.get(frame)?.role.direct === true;
  }

  /** Low half of an entry; 0 where it is not filled. */
  low(page: ShadowPage, index: number): number {
    const low = readLow(this.platform.memory, fourLevel, page.frame, index);
    return low === TRAP ? 0 : low;
  }

  /** What the hardware says in an error code of an entry that is not filled, or of one that lacks a right. */
  faultCode(page: ShadowPage, index: number): number {
    if (this.low(page, index) !== 0) return FAULT.present;
    return readLow(this.platform.memory, fourLevel, page.frame, index) === TRAP ? FAULT.present | FAULT.reserved : 0;
  }

  high(page: ShadowPage, index: number): number {
    return readHigh(this.platform.memory, fourLevel, page.frame, index);
  }

  isLeaf(page: ShadowPage, index: number): boolean {
    return page.level === 1 || (this.low(page, index) & PTE.large) !== 0;
  }

  /** The table that an entry points to; undefined where it is absent or a leaf. */
  child(page: ShadowPage, index: number): ShadowPage | undefined {
    const low = this.low(page, index);
    if ((low & PTE.present) === 0 || this.isLeaf(page, index)) return undefined;
    return this.byFrame.get(entryFrame(low, this.high(page, index)));
  }

  /** Points an entry to a table below. Rights are in the leaves: the role of a table has those of the entries above. */
  link(page: ShadowPage, index: number, child: ShadowPage): void {
    this.clear(page, index);
    const bare = page.level === this.bareLevel;
    const flags = bare ? PTE.present : PTE.present | PTE.accessed | PTE.writable | PTE.user;
    const low = makeLow(child.frame, flags);
    writeEntry(this.platform.memory, fourLevel, page.frame, index, low, makeHigh(child.frame));
    child.parents.add(page.place(index));
  }

  /** Points an entry to one of the guest's own tables, with the rights that the guest's entries above give. False if it did already. */
  linkGuest(page: ShadowPage, index: number, guestFrame: number, access: number): boolean {
    const frame = this.platform.host.frameOf(guestFrame);
    const flags =
      PTE.present |
      PTE.accessed |
      SWITCH |
      ((access & GRANT.user) !== 0 ? PTE.user : 0) |
      ((access & GRANT.write) !== 0 ? PTE.writable : 0);
    const low = makeLow(frame, flags);
    const high = makeHigh(frame, (access & GRANT.fetch) === 0);
    if (this.low(page, index) === low && this.high(page, index) === high) return false;
    this.clear(page, index);
    writeEntry(this.platform.memory, fourLevel, page.frame, index, low, high);
    return true;
  }

  /** Removes the entry at a place if it leads to this table of the guest. */
  unlinkGuest(place: EntryPlace, guestFrame: number): void {
    const page = this.byFrame.get(Math.floor(place / ENTRIES));
    if (page === undefined) return;
    const index = place % ENTRIES;
    const low = this.low(page, index);
    if (page.level === 1 || (low & PTE.present) === 0 || (low & SWITCH) === 0) return;
    if (entryFrame(low, this.high(page, index)) === this.platform.host.frameOf(guestFrame)) this.clear(page, index);
  }

  /** Puts a leaf in: 4 KiB at level 1, 2 MiB at level 2. False if the very same was there. */
  setLeaf(page: ShadowPage, index: number, guestFrame: number, access: number): boolean {
    const { memory, host } = this.platform;
    const frame = host.frameOf(guestFrame);
    const flags =
      PTE.present |
      PTE.accessed |
      (page.level > 1 ? PTE.large : 0) |
      ((access & GRANT.user) !== 0 ? PTE.user : 0) |
      ((access & GRANT.write) !== 0 ? PTE.writable | PTE.dirty : 0);
    const low = makeLow(frame, flags);
    const high = makeHigh(frame, (access & GRANT.fetch) === 0);
    const before = this.low(page, index);
    if ((before & PTE.present) !== 0) {
      if (this.isLeaf(page, index) && page.target(index) === guestFrame) {
        const highBefore = this.high(page, index);
        if (before === low && highBefore === high) return false;
        if ((before & ~low & (PTE.writable | PTE.user)) !== 0 || (noExecuteOf(high) && !noExecuteOf(highBefore)))
          this.stale = true;
        writeEntry(memory, fourLevel, page.frame, index, low, high);
        return true;
      }
      this.clear(page, index);
    }
    writeEntry(memory, fourLevel, page.frame, index, low, high);
    this.mapOf(page).add(guestFrame, page.place(index));
    page.setTarget(index, guestFrame);
    return true;
  }

  /** Removes an entry; false if there is none. */
  clear(page: ShadowPage, index: number): boolean {
    const low = this.low(page, index);
    if ((low & PTE.present) === 0) {
      this.unfilled.follow(page, index);
      return false;
    }
    const place = page.place(index);
    let unlinked: ShadowPage | null = null;
    if (this.isLeaf(page, index)) this.mapOf(page).remove(page.target(index), place);
    else {
      const child = this.child(page, index); // none: a switch to the guest's tables
      child?.parents.delete(place);
      page.unsyncBelow.delete(index);
      if (child !== undefined && !this.policy.keepsUnlinked && child.parents.size === 0 && !child.isRoot)
        unlinked = child;
    }
    this.unfilled.put(page, index);
    if (page.level === this.bareLevel) this.registersStale = true;
    this.platform.counters.zaps++;
    this.stale = true;
    if (unlinked?.alive === true) this.zap(unlinked);
    return true;
  }

  /** Gives a shadow table up, and what is out of sync below it; other tables below stay, to be found again. */
  zap(page: ShadowPage): void {
    this.zapUnsyncBelow(page);
    this.platform.counters.shadowZaps++;
    page.alive = false;
    for (let index = 0; index < ENTRIES; index++) this.clear(page, index);
    for (const place of [...page.parents]) this.clear(this.pageAt(place), place % ENTRIES);
    this.byFrame.delete(page.frame);
    this.byRole.delete(keyOf(page.role));
    this.platform.vmmFrames.release(page.frame);
    if (page.role.direct) this.directs--;
    if (!this.watches(page.role)) return;
    const { guestFrame } = page.role;
    const shadows = this.shadows.get(guestFrame)!;
    shadows.delete(page);
    if (shadows.size === 0) {
      this.shadows.delete(guestFrame);
      this.guard?.release(guestFrame);
    }
    this.inRegion.set(regionOf(guestFrame), this.inRegion.get(regionOf(guestFrame))! - 1);
  }

  zapAll(): void {
    for (const page of [...this.byRole.values()]) if (page.alive) this.zap(page);
  }

  private zapUnsyncBelow(page: ShadowPage): void {
    for (const index of [...page.unsyncBelow]) {
      const child = this.child(page, index);
      if (child?.unsync === true) this.zap(child);
      else if (child !== undefined) this.zapUnsyncBelow(child);
    }
  }

  /** Takes the right to write a guest frame from all leaves. */
  protect(guestFrame: number): void {
    const places = [...this.leaves.of(guestFrame), ...this.largeLeaves.of(guestFrame - (guestFrame % REGION_PAGES))];
    for (const place of places) {
      const page = this.pageAt(place);
      const index = place % ENTRIES;
      const low = this.low(page, index);
      if ((low & PTE.writable) === 0) continue;
      writeEntry(this.platform.memory, fourLevel, page.frame, index, low & ~PTE.writable, this.high(page, index));
      this.stale = true;
    }
  }

  /** Whether a table of the guest stands behind one: what PDPTE registers were loaded from is mere memory. */
  private watches({ direct, level }: Role): boolean {
    return !direct && level !== this.bareLevel;
  }

  private mapOf(page: ShadowPage): ReverseMap {
    return page.level === 1 ? this.leaves : this.largeLeaves;
  }
}

const NONE: ReadonlySet<ShadowPage> = new Set();

function regionOf(guestFrame: number): number {
  return Math.floor(guestFrame / REGION_PAGES);
}

/** Guest frames are below 2^40, so the key is exact. */
function keyOf({ guestFrame, level, access, direct }: Role): number {
  return guestFrame * 128 + level * 16 + access * 2 + (direct ? 1 : 0);
}
