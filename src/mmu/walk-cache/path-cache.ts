/**
 * TPC, the translation path cache: one line holds the tables of a whole path, tagged by all of its indices. A walk begins at the lowest
 * table of the line that shares the longest part of its address. Lines are compared all at once: fully associative.
 */
import { prefixOf } from './translation-cache.js';
import { WalkPath, type AddressSpaceTag, type TranslationCache } from './walk-cache.js';

/** Levels are 1-based and at most 5. */
const LEVELS = 6;

export class TranslationPathCache implements TranslationCache {
  readonly kind = 'starts';
  /** Live lines that made room for others. */
  evictions = 0;
  // Of each line; owner -1 = empty, which was last used at time 0.
  private readonly owner: Float64Array;
  private readonly stamp: Float64Array;
  private readonly lowest: Uint8Array;
  private readonly highest: Uint8Array;
  private readonly paths: readonly WalkPath[];
  /** Part of the line's page that leads to its table of each level. */
  private readonly prefix: Float64Array;
  /** The same of the page that is looked up. */
  private readonly wanted = new Float64Array(LEVELS);
  private clock = 0;

  constructor(private readonly entries: number) {
    this.owner = new Float64Array(entries).fill(-1);
    this.stamp = new Float64Array(entries);
    this.lowest = new Uint8Array(entries);
    this.highest = new Uint8Array(entries);
    this.prefix = new Float64Array(entries * LEVELS);
    this.paths = Array.from({ length: entries }, () => new WalkPath());
  }

  find(tag: AddressSpaceTag, page: number, top: number, path: WalkPath): number {
    this.lookFor(tag, page, top);
    let best = -1;
    let lowest = top;
    for (let line = 0; line < this.entries; line++) {
      const level = this.sharedLevel(line, ownerOf(tag), top);
      if (level === 0 || level >= lowest) continue;
      best = line;
      lowest = level;
    }
    if (best < 0) return 0;
    this.stamp[best] = ++this.clock;
    for (let level = lowest; level <= Math.min(this.highest[best]!, top - 1); level++)
      this.paths[best]!.copy(level, path, level);
    return lowest;
  }

  keep(tag: AddressSpaceTag, page: number, top: number, _first: number, leaf: number, path: WalkPath): void {
    if (leaf >= top) return;
    this.lookFor(tag, page, top);
    const owner = ownerOf(tag);
    let line = 0;
    while (line < this.entries && !this.holds(line, owner, leaf, top)) line++;
    if (line === this.entries) {
      line = this.leastRecentlyUsed();
      if (this.owner[line] !== -1) this.evictions++;
      this.owner[line] = owner;
      this.lowest[line] = leaf;
      this.highest[line] = top - 1;
      for (let level = leaf; level < top; level++) this.prefix[line * LEVELS + level] = this.wanted[level]!;
    }
    this.stamp[line] = ++this.clock;
    for (let level = leaf; level < top; level++) path.copy(level, this.paths[line]!, level);
  }

  drop(tag: AddressSpaceTag, page: number): void {
    this.lookFor(tag, page, LEVELS);
    this.dropWhere((line) => this.sharedLevel(line, ownerOf(tag), LEVELS) > 0);
  }

  dropSpaces(dimension: number, gone: (space: number) => boolean): void {
    this.dropWhere((line) => this.owner[line]! % 2 === dimension && gone(Math.floor(this.owner[line]! / 2)));
  }

  clear(): void {
    this.dropWhere(() => true);
  }

  private leastRecentlyUsed(): number {
    let line = 0;
    for (let other = 1; other < this.entries; other++) if (this.stamp[other]! < this.stamp[line]!) line = other;
    return line;
  }

  private lookFor(tag: AddressSpaceTag, page: number, top: number): void {
    for (let level = 1; level < top; level++) this.wanted[level] = prefixOf(tag, page, level);
  }

  /** Whether a line has the tables of the path looked for, down to that of a level. */
  private holds(line: number, owner: number, leaf: number, top: number): boolean {
    const lowest = this.lowest[line]!;
    return this.owner[line] === owner && lowest <= leaf && this.sharedLevel(line, owner, top) === lowest;
  }

  /** The lowest level of a line's tables that the path looked for goes through too; 0 if none. */
  private sharedLevel(line: number, owner: number, top: number): number {
    if (this.owner[line] !== owner) return 0;
    const highest = Math.min(this.highest[line]!, top - 1);
    for (let level = this.lowest[line]!; level <= highest; level++)
      if (this.prefix[line * LEVELS + level] === this.wanted[level]) return level;
    return 0;
  }

  private dropWhere(gone: (line: number) => boolean): void {
    for (let line = 0; line < this.entries; line++) {
      if (this.owner[line] === -1 || !gone(line)) continue;
      this.owner[line] = -1;
      this.stamp[line] = 0;
    }
  }
}

/** Space and dimension as one number. */
function ownerOf({ dimension, space }: AddressSpaceTag): number {
  return space * 2 + dimension;
}
