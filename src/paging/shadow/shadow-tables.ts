/**
 * All shadow tables of a virtual machine: one for each guest table (frame and level) that a walk has needed, linked like the
 * guest's. While a table is shadowed its guest frame is write-protected: no leaf maps it writable.
 */
import { REGION_PAGES } from '../../memory/address.js';
import { fourLevel } from '../../memory/formats/four-level.js';
import { PTE } from '../../memory/formats/index.js';
import { entryFrame, makeHigh, makeLow, noExecuteOf, readHigh, readLow, writeEntry } from '../../memory/page-table.js';
import { emptyGuest } from '../hardware.js';
import type { Platform } from '../strategy.js';
import { ReverseMap } from './reverse-map.js';
import { ShadowPage, type EntryPlace } from './shadow-page.js';

const ENTRIES = 512;
/** Bits of an entry that grant rights. */
export const RIGHTS = PTE.writable | PTE.user;

export class ShadowTables {
  private readonly byGuest = new Map<number, ShadowPage>();
  private readonly byFrame = new Map<number, ShadowPage>();
  /** Guest frames that hold shadowed tables, with their shadows. */
  private readonly shadows = new Map<number, Set<ShadowPage>>();
  private directs = 0;
  private readonly leaves = new ReverseMap();
  private readonly largeLeaves = new ReverseMap();

  constructor(private readonly platform: Platform) {}

  /** The shadow of a guest table, made and write-protected if there is none. */
  shadowOf(guestFrame: number, level: number): ShadowPage {
    const held = this.byGuest.get(keyOf(guestFrame, level, false));
    if (held !== undefined) return held;
    const page = this.newPage(guestFrame, level, false);
    const others = this.shadows.get(guestFrame);
    if (others === undefined) {
      this.shadows.set(guestFrame, new Set([page]));
      this.writeProtect(guestFrame);
    } else others.add(page);
    return page;
  }

  /** The table that splits a large guest page from its first frame on. */
  directFor(guestFrame: number, level: number): ShadowPage {
    return this.byGuest.get(keyOf(guestFrame, level, true)) ?? this.newPage(guestFrame, level, true);
  }

  /** Whether the table at a system frame splits a large guest page. */
  isDirect(frame: number): boolean {
    return this.directs > 0 && (this.byFrame.get(frame)?.direct ?? false);
  }

  isShadowed(guestFrame: number): boolean {
    return this.shadows.has(guestFrame);
  }

  /** Whether any of 2 MiB of guest frames is shadowed, so that they cannot be mapped by one writable entry. */
  hasShadowed(firstGuestFrame: number): boolean {
    for (let frame = firstGuestFrame; frame < firstGuestFrame + REGION_PAGES; frame++)
      if (this.shadows.has(frame)) return true;
    return false;
  }

  low(page: ShadowPage, index: number): number {
    return readLow(this.platform.memory, fourLevel, page.frame, index);
  }

  /** The shadow that an entry points to. */
  child(page: ShadowPage, index: number): ShadowPage {
    const high = readHigh(this.platform.memory, fourLevel, page.frame, index);
    return this.byFrame.get(entryFrame(this.low(page, index), high))!;
  }

  /** Points an entry to a table below, with the rights of the guest's entry. */
  link(page: ShadowPage, index: number, child: ShadowPage, guestLow: number, guestHigh: number): void {
    const low = makeLow(child.frame, PTE.present | PTE.accessed | (guestLow & RIGHTS));
    writeEntry(this.platform.memory, fourLevel, page.frame, index, low, makeHigh(child.frame, noExecuteOf(guestHigh)));
    child.parents.add(page.place(index));
  }

  /** Puts a leaf in: guest frame `guestFrame`, 4 KiB at level 1 and 2 MiB at level 2. */
  fill(page: ShadowPage, index: number, guestFrame: number, rights: number, noExecute: boolean): void {
    const { memory, host } = this.platform;
    this.detach(page, index);
    const frame = host.frameOf(guestFrame);
    const large = page.level > 1 ? PTE.large : 0;
    const touched = PTE.accessed | (rights & PTE.writable ? PTE.dirty : 0);
    const low = makeLow(frame, PTE.present | (rights & RIGHTS) | touched | large);
    writeEntry(memory, fourLevel, page.frame, index, low, makeHigh(frame, noExecute));
    this.mapOf(page).add(guestFrame, page.place(index));
    page.setTarget(index, guestFrame);
    this.platform.counters.shadowFills++;
  }

  /** Removes what one entry of a guest table stands for from all its shadows. */
  zapEntry(guestFrame: number, index: number): void {
    for (const page of this.shadows.get(guestFrame) ?? []) this.clear(page, index);
  }

  /** Removes all shadows of a guest frame: it is not a table any more. */
  forget(guestFrame: number): void {
    for (const page of [...(this.shadows.get(guestFrame) ?? [])]) {
      for (const place of [...page.parents]) this.clear(this.pageAt(place), place % ENTRIES);
      if (this.byFrame.has(page.frame)) this.free(page);
    }
  }

  /** Removes an entry that is there. */
  private clear(page: ShadowPage, index: number): void {
    if (!this.detach(page, index)) return;
    writeEntry(this.platform.memory, fourLevel, page.frame, index, 0, 0);
    this.platform.counters.zaps++;
  }

  /** Forgets what an entry points to; a table that nothing points to any more goes with it. False if there is no entry. */
  private detach(page: ShadowPage, index: number): boolean {
    const low = this.low(page, index);
    if ((low & PTE.present) === 0) return false;
    const place = page.place(index);
    if (page.level === 1 || (low & PTE.large) !== 0) {
      this.mapOf(page).remove(page.target(index), place);
    } else {
      const child = this.child(page, index);
      child.parents.delete(place);
      if (child.parents.size === 0) this.free(child);
    }
    return true;
  }

  private free(page: ShadowPage): void {
    for (let index = 0; index < ENTRIES; index++) this.clear(page, index);
    this.byFrame.delete(page.frame);
    if (page.direct) this.directs--;
    this.byGuest.delete(keyOf(page.guestFrame, page.level, page.direct));
    if (!page.direct) {
      const shadows = this.shadows.get(page.guestFrame)!;
      shadows.delete(page);
      if (shadows.size === 0) this.shadows.delete(page.guestFrame);
    }
    this.platform.vmmFrames.release(page.frame);
  }

  private newPage(guestFrame: number, level: number, direct: boolean): ShadowPage {
    const page = new ShadowPage(this.platform.vmmFrames.allocate(), level, guestFrame, direct);
    this.byGuest.set(keyOf(guestFrame, level, direct), page);
    this.byFrame.set(page.frame, page);
    if (direct) this.directs++;
    return page;
  }

  /** Takes the right to write a frame from all leaves; TLBs may still hold it, so they are flushed. */
  private writeProtect(guestFrame: number): void {
    const { memory } = this.platform;
    let changed = false;
    for (const place of this.leaves.of(guestFrame)) {
      const page = this.pageAt(place);
      const index = place % ENTRIES;
      const low = this.low(page, index);
      if ((low & PTE.writable) === 0) continue;
      writeEntry(
        memory,
        fourLevel,
        page.frame,
        index,
        low & ~PTE.writable,
        readHigh(memory, fourLevel, page.frame, index),
      );
      changed = true;
    }
    for (const place of [...this.largeLeaves.of(guestFrame - (guestFrame % REGION_PAGES))]) {
      this.clear(this.pageAt(place), place % ENTRIES);
      changed = true;
    }
    if (changed) emptyGuest(this.platform);
  }

  private pageAt(place: EntryPlace): ShadowPage {
    return this.byFrame.get(Math.floor(place / ENTRIES))!;
  }

  private mapOf(page: ShadowPage): ReverseMap {
    return page.level === 1 ? this.leaves : this.largeLeaves;
  }
}

/** Guest frames are below 2^40, so the key is exact. */
function keyOf(guestFrame: number, level: number, direct: boolean): number {
  return guestFrame * 16 + level * 2 + (direct ? 1 : 0);
}
