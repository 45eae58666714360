/**
 * TPC, the translation path cache: one line holds the tables of a whole path, tagged by all of its indices. A walk begins at the lowest
 * table of the line that shares the longest part of its address. Lines are compared all at once: fully associative.
 */
import { LruSlots } from './lru-slots.js';
import { prefixOf } from './translation-cache.js';
import { WalkPath, type AddressSpaceTag, type TranslationCache } from './walk-cache.js';

interface Line {
  readonly dimension: number;
  readonly space: number;
  readonly indexBits: number;
  readonly page: number;
  /** Lowest and highest level whose table the line holds. */
  readonly lowest: number;
  readonly highest: number;
  readonly path: WalkPath;
}

export class TranslationPathCache implements TranslationCache {
  readonly kind = 'starts';
  private readonly slots: LruSlots;
  private readonly lines: (Line | null)[];
  private numbers = 0;

  constructor(entries: number) {
    this.slots = new LruSlots({ entries, ways: 0 });
    this.lines = Array<Line | null>(entries).fill(null);
  }

  get evictions(): number {
    return this.slots.evictions;
  }

  find(tag: AddressSpaceTag, page: number, top: number, path: WalkPath): number {
    let best = -1;
    let lowest = top;
    for (const [slot, line] of this.lines.entries()) {
      if (line === null || !owns(line, tag)) continue;
      const level = sharedLevel(line, page);
      if (level > 0 && level < lowest) {
        best = slot;
        lowest = level;
      }
    }
    if (best < 0) return 0;
    this.slots.touch(best);
    const line = this.lines[best]!;
    for (let level = lowest; level <= Math.min(line.highest, top - 1); level++) line.path.copyLevel(level, path);
    return lowest;
  }

  keep(tag: AddressSpaceTag, page: number, top: number, _first: number, leaf: number, path: WalkPath): void {
    if (leaf >= top) return;
    const slot = this.lines.findIndex(
      (line) => line !== null && owns(line, tag) && line.lowest <= leaf && sharedLevel(line, page) === line.lowest,
    );
    const kept = slot >= 0 ? slot : this.slots.add(this.numbers++, 0);
    this.slots.touch(kept);
    const own = new WalkPath();
    for (let level = leaf; level < top; level++) path.copyLevel(level, own);
    if (slot < 0) this.lines[kept] = { ...tag, page, lowest: leaf, highest: top - 1, path: own };
    else for (let level = leaf; level < top; level++) path.copyLevel(level, this.lines[kept]!.path);
  }

  drop(tag: AddressSpaceTag, page: number): void {
    this.dropWhere((line) => owns(line, tag) && sharedLevel(line, page) > 0);
  }

  dropSpaces(dimension: number, gone: (space: number) => boolean): void {
    this.dropWhere((line) => line.dimension === dimension && gone(line.space));
  }

  clear(): void {
    this.dropWhere(() => true);
  }

  private dropWhere(gone: (line: Line) => boolean): void {
    for (const [slot, line] of this.lines.entries()) {
      if (line === null || !gone(line)) continue;
      this.lines[slot] = null;
      this.slots.drop(slot);
    }
  }
}

function owns(line: Line, { dimension, space }: AddressSpaceTag): boolean {
  return line.dimension === dimension && line.space === space;
}

/** The lowest level of the line's tables that a page's path goes through too; 0 if none. */
function sharedLevel(line: Line, page: number): number {
  for (let level = line.lowest; level <= line.highest; level++)
    if (prefixOf(line, line.page, level) === prefixOf(line, page, level)) return level;
  return 0;
}
