/**
 * The VMM's nested tables: they map host pages whole, with all rights, as they are asked for. Where guest tables lie whose writes matter
 * to the VMM, a host page is mapped in pieces of 4 KiB, so that single frames can be write-protected and have dirty bits of their own.
 */
import { addressOf } from '../memory/address.js';
import { EPT, PTE, type TableFormat } from '../memory/formats/index.js';
import { entryIndex, RadixTable } from '../memory/page-table.js';
import { Dimension } from '../mmu/dimension.js';
import type { Platform } from './strategy.js';

/** EPT: write-back memory, readable, writable, executable by all. */
const WRITE_BACK = 6 << 3;
const EPT_RIGHTS = EPT.read | EPT.write | EPT.execute | EPT.userExecute;
const NPT_RIGHTS = PTE.present | PTE.writable | PTE.user;
const leafFlags = (format: TableFormat): number => (format.readWriteExecute ? EPT_RIGHTS | WRITE_BACK : NPT_RIGHTS);
const tableFlags = (format: TableFormat): number => (format.readWriteExecute ? EPT_RIGHTS : NPT_RIGHTS);

export class NestedTables {
  readonly dimension: Dimension;
  /** Entries were taken away or restricted that nested TLB and walk caches may hold. */
  stale = false;
  protected readonly tables: RadixTable;
  private readonly pageLevel: number;
  /** First frames of the host pages that are mapped in pieces. */
  private readonly pieces = new Set<number>();
  private readonly refused = new Set<number>();
  /** Frames whose dirty bits guest writes have set. */
  private readonly soiled = new Set<number>();

  /**
   * @param dropsBroken a host page that is broken up is given up, and its frames are mapped one by one as they are touched: Linux
   * `arch/x86/kvm/mmu/tdp_mmu.c`. Otherwise its pieces take its place at once.
   */
  constructor(
    private readonly platform: Platform,
    private readonly dropsBroken = false,
  ) {
    const { memory, nestedFormat, vmmFrames, controls, host } = platform;
    this.tables = new RadixTable(memory, nestedFormat, vmmFrames, null, tableFlags(nestedFormat));
    this.dimension = new Dimension(nestedFormat, addressOf(this.tables.root), controls);
    this.pageLevel = 1 + Math.log2(host.blockFrames) / nestedFormat.indexBits;
  }

  /** Maps the host page of a guest frame; one that has only been read is not writable before `letWrite`. */
  map(guestFrame: number, writable = true): void {
    if (!writable) this.refused.add(guestFrame);
    const { host, nestedFormat } = this.platform;
    const first = this.firstOf(guestFrame);
    const flags = leafFlags(nestedFormat);
    if (!this.isInPieces(guestFrame)) this.tables.set(first, host.frameOf(first), flags, false, this.pageLevel);
    else if (this.dropsBroken) this.mapPieces(guestFrame, 1, flags);
    else this.mapPieces(first, host.blockFrames, flags);
  }

  /** Maps a guest frame so that its entry is its own. */
  mapAlone(guestFrame: number): void {
    this.breakUp(guestFrame);
    if (this.leafOf(guestFrame) === null) this.map(guestFrame);
  }

  maps(guestFrame: number): boolean {
    return this.leafOf(guestFrame) !== null;
  }

  /** From now on a write to this frame exits. */
  protect(guestFrame: number): void {
    this.breakUp(guestFrame);
    this.refused.add(guestFrame);
    this.change(guestFrame, PTE.writable, 0);
  }

  release(guestFrame: number): void {
    this.refused.delete(guestFrame);
    this.change(guestFrame, 0, PTE.writable);
  }

  isRefused(guestFrame: number): boolean {
    return this.refused.has(guestFrame);
  }

  /** A frame that had only been read is written: KVM makes its entry writable and dirty at once. */
  letWrite(guestFrame: number): void {
    this.refused.delete(guestFrame);
    this.change(guestFrame, 0, PTE.writable | this.platform.nestedFormat.dirty);
  }

  /** Whether a frame has been written since its dirty bit was cleared, as far as its entry tells. */
  isDirty(guestFrame: number): boolean {
    const leaf = this.leafOf(guestFrame);
    return leaf !== null && (leaf.low & this.platform.nestedFormat.dirty) !== 0;
  }

  /** A write through the entry sets its dirty bit. */
  soil(guestFrame: number): void {
    this.soiled.add(guestFrame);
    this.change(guestFrame, 0, this.platform.nestedFormat.dirty);
  }

  /** Clears the dirty bits that were set; frames that had none of their own get one. */
  cleanAll(): void {
    for (const guestFrame of this.soiled) {
      this.breakUp(guestFrame);
      this.change(guestFrame, this.platform.nestedFormat.dirty, 0);
    }
    this.soiled.clear();
  }

  private firstOf(guestFrame: number): number {
    return guestFrame - (guestFrame % this.platform.host.blockFrames);
  }

  private isInPieces(guestFrame: number): boolean {
    return this.pageLevel === 1 || this.pieces.has(this.firstOf(guestFrame));
  }

  /** Puts entries of 4 KiB in the place of a large one; they map the same. */
  private breakUp(guestFrame: number): void {
    if (this.isInPieces(guestFrame)) return;
    const leaf = this.leafOf(guestFrame);
    const first = this.firstOf(guestFrame);
    this.pieces.add(first);
    const { accessed, dirty } = this.platform.nestedFormat;
    if (leaf === null) return;
    if (this.dropsBroken) {
      this.tables.write(leaf.table, leaf.index, 0, 0);
      this.stale = true;
    } else {
      const { host, nestedFormat } = this.platform;
      this.mapPieces(first, host.blockFrames, leafFlags(nestedFormat) | (leaf.low & (accessed | dirty)));
    }
  }

  private mapPieces(first: number, frames: number, flags: number): void {
    const { host } = this.platform;
    for (let frame = first; frame < first + frames; frame++)
      this.tables.set(frame, host.frameOf(frame), this.refused.has(frame) ? flags & ~PTE.writable : flags);
  }

  /** Bit `PTE.writable` is that of EPT too. */
  private change(guestFrame: number, clear: number, set: number): void {
    const leaf = this.leafOf(guestFrame);
    if (leaf === null) return;
    const low = (leaf.low & ~clear) | set;
    if (low === leaf.low) return;
    if ((leaf.low & clear) !== 0) this.stale = true;
    this.tables.write(leaf.table, leaf.index, low, this.tables.high(leaf.table, leaf.index));
  }

  /** The entry that maps a frame; null if there is none. */
  private leafOf(guestFrame: number): { readonly table: number; readonly index: number; readonly low: number } | null {
    const { nestedFormat } = this.platform;
    const level = this.isInPieces(guestFrame) ? 1 : this.pageLevel;
    const table = this.tables.find(guestFrame, level);
    if (table < 0) return null;
    const index = entryIndex(nestedFormat, guestFrame, level);
    const low = this.tables.low(table, index);
    return (low & nestedFormat.presentMask) === 0 ? null : { table, index, low };
  }
}
