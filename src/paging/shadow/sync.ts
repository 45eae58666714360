/**
 * Shadows and the guest's tables: which guest writes are let through, and how a shadow that lags behind is brought up to date.
 *
 * Linux `arch/x86/kvm/mmu`: mmu_try_to_unsync_pages, mmu_sync_children, sync_page and pte_prefetch, in our own words.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { PTE, type TableFormat } from '../../memory/formats/index.js';
import { entryFrame, noExecuteOf, readHigh, readLow } from '../../memory/page-table.js';
import type { Platform } from '../strategy.js';
import { OutOfSync } from './out-of-sync.js';
import type { ShadowDetails } from './details.js';
import { ENTRIES, GRANT, type ShadowPage } from './shadow-page.js';
import type { ShadowTables } from './shadow-tables.js';

/** Who asks for a writable leaf: a fault may let the tables in its page go out of sync, the others may not. */
type Asker = 'fault' | 'prefetch' | 'sync';

export class Sync {
  // What `read` found.
  private guestFrame = 0;
  private access = 0;
  private readonly outOfSync: OutOfSync;

  constructor(
    private readonly platform: Platform,
    private readonly format: TableFormat,
    private readonly tables: ShadowTables,
    private readonly policy: ShadowPolicy,
    private readonly details: ShadowDetails,
  ) {
    this.outOfSync = new OutOfSync(policy.outOfSync, (frame) => this.isOut(frame));
  }

  private isOut(guestFrame: number): boolean {
    return [...this.tables.shadowsOf(guestFrame)].some(({ unsync }) => unsync);
  }

  /** Whether writes to a frame have to be emulated: it holds a shadowed table that cannot go out of sync. */
  isTracked(guestFrame: number): boolean {
    for (const page of this.tables.shadowsOf(guestFrame)) if (page.level > 1 || !this.policy.unsync) return true;
    return false;
  }

  /** Whether a leaf for a guest frame may be writable; lets the tables in it go out of sync if need be. */
  mayWrite(guestFrame: number, asker: Asker): boolean {
    const shadows = this.tables.shadowsOf(guestFrame);
    if (shadows.size === 0) return true;
    if (asker === 'sync' || this.isTracked(guestFrame)) return false;
    for (const page of shadows) {
      if (page.unsync) continue;
      if (asker === 'prefetch') return false;
      page.unsync = true;
      this.tables.unfilled.putAll(page);
      if (this.policy.snapshots) page.snapshot = this.wordsOf(guestFrame);
      this.platform.counters.unsyncs++;
      this.markAbove(page);
    }
    this.makeRoom(guestFrame);
    return true;
  }

  private makeRoom(guestFrame: number): void {
    const homeOf = (frame: number): number => this.platform.host.frameOf(frame);
    const evicted = this.outOfSync.add(guestFrame, homeOf(guestFrame), homeOf);
    if (evicted < 0) return;
    this.details.unsyncEvictions++;
    this.bringBack(evicted);
  }

  /** Brings a leaf table in sync again, and protects it. */
  bringBack(guestFrame: number): void {
    const late = [...this.tables.shadowsOf(guestFrame)].filter(({ unsync }) => unsync);
    this.tables.protect(guestFrame);
    for (const page of late) this.follow(page);
  }

  private follow(page: ShadowPage): void {
    page.unsync = false;
    this.platform.counters.syncs++;
    this.update(page);
    this.tables.unfilled.putAll(page);
    page.snapshot = null;
  }

  private wordsOf(guestFrame: number): Int32Array {
    const { memory, host } = this.platform;
    const frame = host.frameOf(guestFrame);
    return Int32Array.from({ length: 2 * ENTRIES }, (_, word) => memory.read(frame, word));
  }

  /** Tells the tables above one that something below is out of sync. */
  markAbove(page: ShadowPage): void {
    for (const place of page.parents) {
      const parent = this.tables.pageAt(place);
      const first = parent.unsyncBelow.size === 0;
      parent.unsyncBelow.add(place % ENTRIES);
      if (first) this.markAbove(parent);
    }
  }

  /** Brings all tables below some in sync again, and protects them. */
  syncBelow(...pages: readonly ShadowPage[]): void {
    const late = new Set<ShadowPage>();
    for (const page of pages) this.collect(page, late);
    for (const { role } of late) this.tables.protect(role.guestFrame);
    for (const page of late) this.follow(page);
  }

  private collect(page: ShadowPage, late: Set<ShadowPage>): void {
    for (const index of page.unsyncBelow) {
      const child = this.tables.child(page, index);
      if (child?.unsync === true) late.add(child);
      else if (child !== undefined) this.collect(child, late);
    }
    page.unsyncBelow.clear();
  }

  /** Brings the entries of a table up to date; nothing is added. */
  update(page: ShadowPage): void {
    if (page.snapshot !== null) return this.compare(page, page.snapshot);
    for (let index = 0; index < ENTRIES; index++) {
      const old = this.tables.low(page, index);
      if ((old & PTE.present) === 0) continue;
      if (this.read(page, index) && this.guestFrame === page.target(index))
        this.set(page, index, 'sync', (old & PTE.writable) !== 0);
      else this.tables.clear(page, index);
    }
  }

  /** Entries that are not what they were follow the guest's. */
  private compare(page: ShadowPage, snapshot: Int32Array): void {
    const now = this.wordsOf(page.role.guestFrame);
    for (let index = 0; index < ENTRIES; index++) {
      if (now[2 * index] === snapshot[2 * index] && now[2 * index + 1] === snapshot[2 * index + 1]) continue;
      this.tables.clear(page, index);
      if (this.read(page, index)) this.set(page, index, 'sync', false);
    }
    page.snapshot = now;
  }

  /** The shadow has followed an entry: what it is now is no change. */
  followed(page: ShadowPage, index: number): void {
    const { snapshot } = page;
    if (snapshot === null) return;
    const { memory, host } = this.platform;
    const frame = host.frameOf(page.role.guestFrame);
    for (const word of [2 * index, 2 * index + 1]) snapshot[word] = memory.read(frame, word);
  }

  /** Fills an entry from the guest's, if that is present and accessed; false if it is not. */
  refill(page: ShadowPage, index: number): boolean {
    const found = this.read(page, index);
    if (found) this.set(page, index, 'prefetch', false);
    return found;
  }

  /** Fills the neighbours of a leaf: those of a guest's table up to the first that is not present and accessed. */
  prefetchAround(page: ShadowPage, index: number): void {
    const { prefetch } = this.policy;
    if (prefetch === 1 || page.level > 1) return;
    if (this.policy.prefetchAhead) return this.prefetchAfter(page, index);
    const first = index - (index % prefetch);
    for (let at = first; at < first + prefetch; at++) {
      if ((this.tables.low(page, at) & PTE.present) !== 0) continue;
      if (page.role.direct) {
        this.guestFrame = page.role.guestFrame + at;
        this.access = page.role.access;
      } else if (!this.read(page, at)) return;
      if (!this.platform.host.backing.isBacked(this.guestFrame)) return;
      this.set(page, at, 'prefetch', false);
      this.platform.counters.prefetches++;
    }
  }

  /** Fills the entries after a leaf, up to a shadow or an entry that would fault again because of its accessed or dirty bit. */
  private prefetchAfter(page: ShadowPage, index: number): void {
    const end = Math.min(ENTRIES, index + this.policy.prefetch);
    for (let at = index + 1; at < end; at++) {
      if ((this.tables.low(page, at) & PTE.present) !== 0) return;
      if (page.role.direct) {
        this.guestFrame = page.role.guestFrame + at;
        this.access = page.role.access;
      } else {
        const { memory, host } = this.platform;
        const low = readLow(memory, this.format, host.frameOf(page.role.guestFrame), at);
        if ((low & PTE.present) === 0) continue;
        if ((low & PTE.writable) !== 0 && (low & PTE.dirty) === 0) return;
        if (!this.read(page, at)) return;
      }
      this.set(page, at, 'prefetch', false);
      this.followed(page, at);
      this.platform.counters.prefetches++;
    }
  }

  /** Puts the leaf that was read in. A leaf that was writable may stay so: who protects takes the right away first. */
  private set(page: ShadowPage, index: number, asker: Asker, wasWritable: boolean): void {
    const writes = (this.access & GRANT.write) !== 0 && (wasWritable || this.mayWrite(this.guestFrame, asker));
    this.tables.setLeaf(page, index, this.guestFrame, writes ? this.access : this.access & ~GRANT.write);
  }

  /** The guest's leaf at level 1, as its shadow may stand for it: present, accessed, writable only if dirty. */
  private read(page: ShadowPage, index: number): boolean {
    const { memory, host } = this.platform;
    const table = host.frameOf(page.role.guestFrame);
    const low = readLow(memory, this.format, table, index);
    const wanted = PTE.present | PTE.accessed;
    if ((low & wanted) !== wanted) return false;
    const high = readHigh(memory, this.format, table, index);
    this.guestFrame = entryFrame(low, high);
    this.access = page.role.access & accessOf(low, high, (low & PTE.dirty) !== 0);
    return true;
  }
}

/** Bits of GRANT that an entry gives; the first write through a clean leaf has to be seen. */
export function accessOf(low: number, high: number, dirty = true): number {
  return (
    ((low & PTE.writable) !== 0 && dirty ? GRANT.write : 0) |
    ((low & PTE.user) !== 0 ? GRANT.user : 0) |
    (noExecuteOf(high) ? 0 : GRANT.fetch)
  );
}
