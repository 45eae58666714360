/**
 * The page tables of a guest's address spaces, as its kernel edits them: every change is an entry written through the
 * paging strategy. Tables that become empty are unlinked and freed; Linux frees them when no area is left beside them.
 */
import type { Counters } from '../counters/counters.js';
import type { FrameAllocator } from '../memory/frames.js';
import { NO_EXECUTE, PTE, type TableFormat } from '../memory/formats/index.js';
import { entryFrame, entryIndex, makeHigh, makeLow, noExecuteOf } from '../memory/page-table.js';
import type { PagingStrategy } from '../paging/strategy.js';

const TABLE_FLAGS = PTE.present | PTE.writable | PTE.user;

/** A leaf entry where it stands. */
export interface Leaf {
  readonly vpn: number;
  readonly level: number;
  /** Pages of 4 KiB that it maps. */
  readonly pages: number;
  readonly table: number;
  readonly index: number;
  readonly low: number;
  readonly high: number;
}

export class GuestTables {
  /** What is written was there before the trace begins: no instruction of the guest, and not counted. */
  presetting = false;
  /** Non-zero entries of each table below the root. */
  private readonly used = new Map<number, number>();
  /** Accessed and dirty, or nothing: the bits that the kernel may set in an entry before the hardware does. */
  readonly preset: number;
  /** Bit 63 where entries have one. */
  readonly noExecute: number;
  private readonly entries: number;
  /** Pages of 4 KiB that one entry of a level spans. */
  private readonly spans: readonly number[];

  constructor(
    private readonly strategy: PagingStrategy,
    private readonly frames: FrameAllocator,
    private readonly counters: Counters,
    readonly format: TableFormat,
    presetAccessedDirty: boolean,
    /** Each root has a twin in the frame behind it, for the user: its entries are copies. */
    private readonly isolated = false,
  ) {
    this.preset = presetAccessedDirty ? PTE.accessed | PTE.dirty : 0;
    this.noExecute = format.entryBytes === 8 ? NO_EXECUTE : 0;
    this.entries = 2 ** format.indexBits;
    this.spans = Array.from({ length: 6 }, (_, level) => (level === 0 ? 0 : this.entries ** (level - 1)));
  }

  /** Pages of 4 KiB in a page of a level. */
  span(level: number): number {
    return this.spans[level]!;
  }

  /** A PAE guest's root has all four tables below it from the beginning: its entries are registers, loaded with CR3 only. */
  newRoot(): number {
    const root = this.isolated ? this.frames.allocateBlock(2) : this.frames.allocate();
    const { bareLevel, rootBytes, entryBytes } = this.format;
    if (bareLevel > 0)
      for (let index = 0; index < rootBytes / entryBytes; index++)
        this.child(root, bareLevel, index * this.span(bareLevel));
    return root;
  }

  /** The leaf entry that maps a page: present or made inaccessible; null when there is none. */
  find(root: number, vpn: number): Leaf | null {
    const found = this.descend(root, vpn);
    return 'low' in found ? found : null;
  }

  /** Whether nothing, not even an empty table, stands where an entry of a level for the page would. */
  isEmpty(root: number, vpn: number, level: number): boolean {
    const found = this.descend(root, vpn);
    return !('low' in found) && found.level >= level;
  }

  /** Maps a page of 4 KiB (level 1) or a large one, making the tables above it. */
  map(root: number, vpn: number, level: number, frame: number, flags: number, noExecute: boolean): void {
    let table = root;
    for (let above = this.format.levels; above > level; above--) table = this.child(table, above, vpn);
    const index = entryIndex(this.format, vpn, level);
    if (this.low(table, index) === 0) this.count(table, 1);
    const low = makeLow(frame, flags | (level > 1 ? PTE.large : 0));
    this.write(table, index, low, makeHigh(frame, noExecute), level);
  }

  /** Rewrites a leaf in place. */
  rewrite(leaf: Leaf, low: number, high: number): void {
    this.write(leaf.table, leaf.index, low, high, leaf.level);
  }

  /** Clears a leaf. */
  clear(leaf: Leaf): void {
    this.write(leaf.table, leaf.index, 0, 0, leaf.level);
    this.count(leaf.table, -1);
  }

  /** Replaces a large leaf by a table of the next smaller ones with the same frames and rights. */
  split(leaf: Leaf): void {
    const table = this.frames.allocate();
    const first = entryFrame(leaf.low, leaf.high, this.format.pageShift(leaf.level));
    const pages = this.span(leaf.level - 1);
    const flags = leaf.level > 2 ? leaf.low & 0xfff : leaf.low & 0xfff & ~PTE.large;
    for (let index = 0; index < this.entries; index++) {
      const frame = first + index * pages;
      this.write(table, index, makeLow(frame, flags), makeHigh(frame, noExecuteOf(leaf.high)), leaf.level - 1);
    }
    this.used.set(table, this.entries);
    this.write(leaf.table, leaf.index, makeLow(table, this.tableFlags(leaf.level)), makeHigh(table, false), leaf.level);
  }

  /** The leaves that map pages of [start, end), in order. The caller may change or clear each before it takes the next. */
  *leaves(root: number, start: number, end: number): Generator<Leaf> {
    let vpn = start;
    while (vpn < end) {
      const found = this.descend(root, vpn);
      if ('low' in found) yield found;
      const span = this.span(found.level);
      vpn = (Math.floor(vpn / span) + 1) * span;
    }
  }

  /** Unlinks and frees the tables of [start, end) that hold nothing any more. Returns whether there were any. */
  prune(root: number, start: number, end: number): boolean {
    return this.pruneBelow(root, this.format.levels, start, end);
  }

  private pruneBelow(table: number, level: number, start: number, end: number): boolean {
    if (level === 1) return false;
    const span = this.span(level);
    let freed = false;
    for (let at = Math.floor(start / span) * span; at < end; at += span) {
      const index = (at / span) % this.entries;
      const low = this.low(table, index);
      if (low === 0 || (low & PTE.large) !== 0) continue;
      const child = entryFrame(low, this.high(table, index));
      freed = this.pruneBelow(child, level - 1, Math.max(start, at), Math.min(end, at + span)) || freed;
      if (level === this.format.bareLevel || (this.used.get(child) ?? 0) > 0) continue;
      this.write(table, index, 0, 0, level);
      this.count(table, -1);
      this.used.delete(child);
      this.frames.release(child);
      freed = true;
    }
    return freed;
  }

  /** The leaf that maps a page, or the level at which its path ends. */
  private descend(root: number, vpn: number): Leaf | { level: number } {
    let table = root;
    for (let level = this.format.levels; ; level--) {
      const index = entryIndex(this.format, vpn, level);
      const low = this.low(table, index);
      if (low === 0) return { level };
      const high = this.high(table, index);
      const first = Math.floor(vpn / this.span(level)) * this.span(level);
      if (level === 1 || (low & PTE.large) !== 0)
        return { vpn: first, level, pages: this.span(level), table, index, low, high };
      table = entryFrame(low, high);
    }
  }

  private child(table: number, level: number, vpn: number): number {
    const index = entryIndex(this.format, vpn, level);
    const low = this.low(table, index);
    if (low !== 0) return entryFrame(low, this.high(table, index));
    const child = this.frames.allocate();
    this.used.set(child, 0);
    this.count(table, 1);
    this.write(table, index, makeLow(child, this.tableFlags(level)), makeHigh(child, false), level);
    return child;
  }

  /** Of an entry that points to a table. */
  private tableFlags(level: number): number {
    return level === this.format.bareLevel ? PTE.present : TABLE_FLAGS | (this.preset & PTE.accessed);
  }

  private low(table: number, index: number): number {
    return this.strategy.readWord(table, this.format.entryBytes === 8 ? 2 * index : index);
  }

  private high(table: number, index: number): number {
    return this.format.entryBytes === 8 ? this.strategy.readWord(table, 2 * index + 1) : 0;
  }

  private count(table: number, change: number): void {
    this.used.set(table, (this.used.get(table) ?? 0) + change);
  }

  private write(table: number, index: number, low: number, high: number, level: number): void {
    this.writeOne(table, index, low, high, level);
    if (this.isolated && level === this.format.levels) this.writeOne(table + 1, index, low, high, level);
  }

  private writeOne(table: number, index: number, low: number, high: number, level: number): void {
    if (this.presetting) return this.strategy.presetEntry(table, index, low, high, level);
    this.counters.tableWrites++;
    this.strategy.writeEntry(table, index, low, high, level);
  }
}
