/**
 * The page tables of a guest's address spaces, as its kernel edits them: every change is an entry written through the
 * paging strategy. Tables that become empty are unlinked and freed; Linux frees them when no area is left beside them.
 */
import type { Counters } from '../counters/counters.js';
import type { FrameAllocator } from '../memory/frames.js';
import { fourLevel } from '../memory/formats/four-level.js';
import { PTE } from '../memory/formats/index.js';
import { entryFrame, entryIndex, makeHigh, makeLow, noExecuteOf } from '../memory/page-table.js';
import type { PagingStrategy } from '../paging/strategy.js';

const ENTRIES = 512;
const TABLE_FLAGS = PTE.present | PTE.writable | PTE.user;
/** Pages that one entry of a level spans: 1 at level 1, 512 at level 2, … */
const SPANS = [0, 1, ENTRIES, ENTRIES ** 2, ENTRIES ** 3];
const spanOf = (level: number): number => SPANS[level]!;

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
  /** Non-zero entries of each table below the root. */
  private readonly used = new Map<number, number>();
  /** Accessed and dirty, or nothing: the bits that the kernel may set in an entry before the hardware does. */
  readonly preset: number;

  constructor(
    private readonly strategy: PagingStrategy,
    private readonly frames: FrameAllocator,
    private readonly counters: Counters,
    presetAccessedDirty: boolean,
  ) {
    this.preset = presetAccessedDirty ? PTE.accessed | PTE.dirty : 0;
  }

  newRoot(): number {
    return this.frames.allocate();
  }

  /** The leaf entry that maps a page: present or made inaccessible; null when there is none. */
  find(root: number, vpn: number): Leaf | null {
    const found = this.descend(root, vpn);
    return 'low' in found ? found : null;
  }

  /** Whether nothing, not even an empty table, stands where a 2 MiB entry for the page would. */
  isEmptyRegion(root: number, vpn: number): boolean {
    const found = this.descend(root, vpn);
    return !('low' in found) && found.level > 1;
  }

  /** Maps a page of 4 KiB (level 1) or 2 MiB (level 2), making the tables above it. */
  map(root: number, vpn: number, level: 1 | 2, frame: number, flags: number, noExecute: boolean): void {
    let table = root;
    for (let above = fourLevel.levels; above > level; above--) table = this.child(table, above, vpn);
    const index = entryIndex(fourLevel, vpn, level);
    if (this.strategy.readWord(table, 2 * index) === 0) this.count(table, 1);
    const low = makeLow(frame, flags | (level > 1 ? PTE.large : 0));
    this.write(table, index, low, makeHigh(frame, noExecute));
  }

  /** Rewrites a leaf in place. */
  rewrite(leaf: Leaf, low: number, high: number): void {
    this.write(leaf.table, leaf.index, low, high);
  }

  /** Clears a leaf. */
  clear(leaf: Leaf): void {
    this.write(leaf.table, leaf.index, 0, 0);
    this.count(leaf.table, -1);
  }

  /** Replaces a 2 MiB leaf by a table of 4 KiB entries with the same frames and rights. */
  split(leaf: Leaf): void {
    const table = this.frames.allocate();
    const first = entryFrame(leaf.low, leaf.high);
    const flags = leaf.low & 0xfff & ~PTE.large;
    for (let index = 0; index < ENTRIES; index++)
      this.write(table, index, makeLow(first + index, flags), makeHigh(first + index, noExecuteOf(leaf.high)));
    this.used.set(table, ENTRIES);
    this.write(
      leaf.table,
      leaf.index,
      makeLow(table, TABLE_FLAGS | (this.preset & PTE.accessed)),
      makeHigh(table, false),
    );
  }

  /** The leaves that map pages of [start, end), in order. The caller may change or clear each before it takes the next. */
  *leaves(root: number, start: number, end: number): Generator<Leaf> {
    let vpn = start;
    while (vpn < end) {
      const found = this.descend(root, vpn);
      if ('low' in found) yield found;
      const span = spanOf(found.level);
      vpn = (Math.floor(vpn / span) + 1) * span;
    }
  }

  /** Unlinks and frees the tables of [start, end) that hold nothing any more. Returns whether there were any. */
  prune(root: number, start: number, end: number): boolean {
    return this.pruneBelow(root, fourLevel.levels, start, end);
  }

  private pruneBelow(table: number, level: number, start: number, end: number): boolean {
    if (level === 1) return false;
    const span = spanOf(level);
    let freed = false;
    for (let at = Math.floor(start / span) * span; at < end; at += span) {
      const index = (at / span) % ENTRIES;
      const low = this.strategy.readWord(table, 2 * index);
      if (low === 0 || (low & PTE.large) !== 0) continue;
      const child = entryFrame(low, this.strategy.readWord(table, 2 * index + 1));
      freed = this.pruneBelow(child, level - 1, Math.max(start, at), Math.min(end, at + span)) || freed;
      if ((this.used.get(child) ?? 0) > 0) continue;
      this.write(table, index, 0, 0);
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
    for (let level = fourLevel.levels; ; level--) {
      const index = entryIndex(fourLevel, vpn, level);
      const low = this.strategy.readWord(table, 2 * index);
      if (low === 0) return { level };
      const high = this.strategy.readWord(table, 2 * index + 1);
      const first = Math.floor(vpn / spanOf(level)) * spanOf(level);
      if (level === 1 || (low & PTE.large) !== 0)
        return { vpn: first, level, pages: spanOf(level), table, index, low, high };
      table = entryFrame(low, high);
    }
  }

  private child(table: number, level: number, vpn: number): number {
    const index = entryIndex(fourLevel, vpn, level);
    const low = this.strategy.readWord(table, 2 * index);
    if (low !== 0) return entryFrame(low, this.strategy.readWord(table, 2 * index + 1));
    const child = this.frames.allocate();
    this.used.set(child, 0);
    this.count(table, 1);
    this.write(table, index, makeLow(child, TABLE_FLAGS | (this.preset & PTE.accessed)), makeHigh(child, false));
    return child;
  }

  private count(table: number, change: number): void {
    this.used.set(table, (this.used.get(table) ?? 0) + change);
  }

  private write(table: number, index: number, low: number, high: number): void {
    this.counters.tableWrites++;
    this.strategy.writeEntry(table, index, low, high);
  }
}
