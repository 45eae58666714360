/**
 * The words of a paravirtual guest's tables: entries hold machine frames, because the hardware walks them, and the guest is shown guest
 * frames. A leaf for a frame that is a table lacks the right to write, whatever the guest wants.
 *
 * Xen has no large pages for paravirtual guests: a large leaf of a native trace becomes tables of 4 KiB leaves, as a paravirtual kernel
 * would map the same memory (`split-leaves.ts`).
 */
import { fourLevel } from '../../memory/formats/four-level.js';
import { PTE } from '../../memory/formats/index.js';
import { entryFrame, makeLow, readHigh, readLow, writeEntry } from '../../memory/page-table.js';
import { ReverseMap } from '../shadow/reverse-map.js';
import { ENTRIES, type EntryPlace } from '../shadow/shadow-page.js';
import type { Platform } from '../strategy.js';
import { MachineFrames } from './machine-frames.js';
import { SplitLeaves } from './split-leaves.js';

const FLAGS = 0xfff;
const FRAME_HIGH = 0xf_ffff;

export interface GuestEntry {
  readonly low: number;
  readonly high: number;
}

export class MachineTables {
  readonly frames: MachineFrames;
  /** Leaves by the guest frame that they map. */
  private readonly leaves = new ReverseMap();
  /** Leaves whose right to write the VMM withholds. */
  private readonly withheld = new Set<EntryPlace>();
  private readonly splits: SplitLeaves;
  /** Level of each table, by guest frame, as far as it was told. */
  private readonly levels = new Map<number, number>();

  /** @param isTable whether a guest frame is in use as a table */
  constructor(
    private readonly platform: Platform,
    private readonly isTable: (guestFrame: number) => boolean,
  ) {
    this.frames = new MachineFrames(platform.host);
    this.splits = new SplitLeaves(platform, (place, guestFrame, low, high) =>
      this.putLeaf(place, guestFrame, low, high),
    );
  }

  levelOf(guestFrame: number): number {
    return this.levels.get(guestFrame) ?? 1;
  }

  /** From now on the frame holds a table of this level: what its entries mean depends on it. */
  setLevel(guestFrame: number, level: number): void {
    const before = this.levelOf(guestFrame);
    this.levels.set(guestFrame, level);
    if (before === level) return;
    for (let index = 0; index < ENTRIES; index++) {
      const { low, high } = this.readAs(guestFrame, index, before);
      if (low !== 0 || high !== 0) this.write(guestFrame, index, low, high);
    }
  }

  /** An entry as the guest sees it. */
  read(guestFrame: number, index: number): GuestEntry {
    return this.readAs(guestFrame, index, this.levelOf(guestFrame));
  }

  write(guestFrame: number, index: number, low: number, high: number): void {
    const { memory } = this.platform;
    const table = this.frames.systemOf(guestFrame);
    const place = table * ENTRIES + index;
    const level = this.levelOf(guestFrame);
    this.drop(place);
    if ((low & PTE.present) === 0) return writeEntry(memory, fourLevel, table, index, low, high);
    const target = entryFrame(low, high);
    if (level === 1) return this.putLeaf(place, target, low, high);
    if ((low & PTE.large) !== 0) return this.splits.put(place, level, low, high);
    const frame = this.frames.systemOf(target);
    writeEntry(memory, fourLevel, table, index, withFrame(low, frame), withFrameHigh(high, frame));
  }

  /** Table that an entry points to; -1 where it is absent or a leaf. */
  childOf(guestFrame: number, index: number): number {
    const level = this.levelOf(guestFrame);
    if (level === 1) return -1;
    const { low, high } = this.readAs(guestFrame, index, level);
    return (low & (PTE.present | PTE.large)) === PTE.present ? entryFrame(low, high) : -1;
  }

  /** Takes the right to write a frame from all leaves; false if none had it. */
  protect(guestFrame: number): boolean {
    const writable = this.leaves.of(guestFrame).filter((place) => (this.lowAt(place) & PTE.writable) !== 0);
    for (const place of writable) this.withhold(place);
    return writable.length > 0;
  }

  /** Gives the right back. */
  unprotect(guestFrame: number): void {
    for (const place of this.leaves.of(guestFrame)) if (this.withheld.has(place)) this.restore(place);
  }

  isWithheld(place: EntryPlace): boolean {
    return this.withheld.has(place);
  }

  withhold(place: EntryPlace): void {
    this.withheld.add(place);
    this.setLow(place, this.lowAt(place) & ~PTE.writable);
  }

  restore(place: EntryPlace): void {
    this.withheld.delete(place);
    this.setLow(place, this.lowAt(place) | PTE.writable);
  }

  /** log2 of the bytes of the guest's own page, of which a 4 KiB leaf stands in the table at a system frame. */
  guestShiftOf(table: number): number {
    return this.splits.shiftOf(table);
  }

  private readAs(guestFrame: number, index: number, level: number): GuestEntry {
    const { memory } = this.platform;
    const table = this.frames.systemOf(guestFrame);
    const low = readLow(memory, fourLevel, table, index);
    const high = readHigh(memory, fourLevel, table, index);
    if ((low & PTE.present) === 0) return { low, high };
    const place = table * ENTRIES + index;
    const split = level > 1 ? this.splits.read(place, low) : null;
    if (split !== null) return split;
    const target = this.frames.guestOf(entryFrame(low, high));
    const writable = this.withheld.has(place) ? PTE.writable : 0;
    return { low: withFrame(low, target) | writable, high: withFrameHigh(high, target) };
  }

  private putLeaf(place: EntryPlace, guestFrame: number, low: number, high: number): void {
    const frame = this.frames.systemOf(guestFrame);
    const withheld = (low & PTE.writable) !== 0 && this.isTable(guestFrame);
    if (withheld) this.withheld.add(place);
    const table = Math.floor(place / ENTRIES);
    const flags = withheld ? low & ~PTE.writable : low;
    writeEntry(
      this.platform.memory,
      fourLevel,
      table,
      place % ENTRIES,
      withFrame(flags, frame),
      withFrameHigh(high, frame),
    );
    this.leaves.add(guestFrame, place);
  }

  /** Forgets what stood at a place. */
  private drop(place: EntryPlace): void {
    const low = this.lowAt(place);
    if ((low & PTE.present) === 0) return;
    for (const piece of this.splits.drop(place)) this.drop(piece);
    this.withheld.delete(place);
    const high = readHigh(this.platform.memory, fourLevel, Math.floor(place / ENTRIES), place % ENTRIES);
    this.leaves.remove(this.frames.guestOf(entryFrame(low, high)), place);
  }

  private lowAt(place: EntryPlace): number {
    return readLow(this.platform.memory, fourLevel, Math.floor(place / ENTRIES), place % ENTRIES);
  }

  private setLow(place: EntryPlace, low: number): void {
    this.platform.memory.write(Math.floor(place / ENTRIES), 2 * (place % ENTRIES), low);
  }
}

function withFrame(low: number, frame: number): number {
  return makeLow(frame, low & FLAGS);
}

function withFrameHigh(high: number, frame: number): number {
  return (high & ~FRAME_HIGH) | (Math.floor(frame / 0x10_0000) & FRAME_HIGH);
}
