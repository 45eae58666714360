/** UTC and STC: tables by the upper part of an address, in one array for all levels or in one for each level (Intel). */
import { LruSlots, type Geometry } from './lru-slots.js';
import { WalkPath, type AddressSpaceTag, type TranslationCache } from './walk-cache.js';

/** Linear addresses have at most 57 bits that count, so prefixes 36; in front of them stand level, dimension and space. */
const PAGES = 2 ** 45;
const PREFIXES = 2 ** 36;

class StartArray {
  readonly slots: LruSlots;
  /** By slot, where a walk has levels. */
  private readonly starts: WalkPath;
  /** Dimension and space of each slot. */
  readonly dimension: Uint8Array;
  readonly space: Int32Array;

  constructor(geometry: Geometry) {
    const { entries } = geometry;
    this.slots = new LruSlots(geometry);
    this.starts = new WalkPath(entries);
    this.dimension = new Uint8Array(entries);
    this.space = new Int32Array(entries);
  }

  load(slot: number, level: number, path: WalkPath): void {
    this.starts.copy(slot, path, level);
  }

  store(slot: number, { dimension, space }: AddressSpaceTag, level: number, path: WalkPath): void {
    this.dimension[slot] = dimension;
    this.space[slot] = space;
    path.copy(level, this.starts, slot);
  }
}

class Starts implements TranslationCache {
  readonly kind = 'starts';
  private readonly all: readonly StartArray[];

  /** @param arrays by level of the table that is led to; null: none of that level are kept */
  constructor(private readonly arrays: readonly (StartArray | null)[]) {
    this.all = [...new Set(arrays.filter((array) => array !== null))];
  }

  get evictions(): number {
    return this.all.reduce((sum, { slots }) => sum + slots.evictions, 0);
  }

  find(tag: AddressSpaceTag, page: number, top: number, path: WalkPath): number {
    for (let level = 1; level < top; level++) {
      const array = this.arrays[level] ?? null;
      if (array === null) continue;
      const prefix = prefixOf(tag, page, level);
      const slot = array.slots.find(keyOf(tag, level, prefix));
      if (slot < 0) continue;
      array.load(slot, level, path);
      return level;
    }
    return 0;
  }

  keep(tag: AddressSpaceTag, page: number, _top: number, first: number, leaf: number, path: WalkPath): void {
    for (let level = first - 1; level >= leaf; level--) {
      const array = this.arrays[level] ?? null;
      if (array === null) continue;
      const prefix = prefixOf(tag, page, level);
      const key = keyOf(tag, level, prefix);
      const held = array.slots.find(key);
      array.store(held >= 0 ? held : array.slots.add(key, prefix), tag, level, path);
    }
  }

  drop(tag: AddressSpaceTag, page: number): void {
    for (let level = 1; level < this.arrays.length; level++) {
      const array = this.arrays[level] ?? null;
      if (array === null) continue;
      const prefix = prefixOf(tag, page, level);
      const slot = array.slots.find(keyOf(tag, level, prefix));
      if (slot >= 0) array.slots.drop(slot);
    }
  }

  dropSpaces(dimension: number, gone: (space: number) => boolean): void {
    for (const { slots, dimension: of, space } of this.all)
      for (let slot = 0; slot < slots.entries; slot++)
        if (of[slot] === dimension && gone(space[slot]!)) slots.drop(slot);
  }

  clear(): void {
    for (const { slots } of this.all) slots.clear();
  }
}

/** The part of a page number that leads to its table of a level. */
export function prefixOf({ indexBits }: AddressSpaceTag, page: number, level: number): number {
  return Math.floor((page % PAGES) / 2 ** (indexBits * level));
}

function keyOf({ dimension, space }: AddressSpaceTag, level: number, prefix: number): number {
  return ((space * 2 + dimension) * 8 + level) * PREFIXES + prefix;
}

export function unifiedTranslationCache(geometry: Geometry): TranslationCache {
  const all = new StartArray(geometry);
  return new Starts([null, all, all, all, all]);
}

/** @param levels geometry by level of the entry that leads to the table, from 0 */
export function splitTranslationCache(levels: readonly (Geometry | null)[]): TranslationCache {
  return new Starts(levels.slice(1).map((geometry) => (geometry === null ? null : new StartArray(geometry))));
}
