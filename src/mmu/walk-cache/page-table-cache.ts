/** UPTC and SPTC: entries by physical address, in one array for all levels (AMD) or in one for each level. */
import type { Geometry } from './lru-slots.js';
import type { PageTableCache } from './walk-cache.js';
import { WordSlots } from './word-slots.js';

/** A line of the array holds one entry; sets are chosen by the entry's place in memory. */
class EntryArray {
  readonly slots: WordSlots;
  readonly low: Int32Array;
  readonly high: Int32Array;

  constructor(geometry: Geometry) {
    this.slots = new WordSlots(geometry);
    this.low = new Int32Array(geometry.entries);
    this.high = new Int32Array(geometry.entries);
  }

  agrees(words: Int32Array): boolean {
    const { slots, low, high } = this;
    const { keys } = slots;
    for (let slot = 0; slot < keys.length; slot++) {
      const word = keys[slot]!;
      if (word >= 0 && (words[word] !== low[slot] || words[word + 1] !== high[slot])) return false;
    }
    return true;
  }
}

class Entries implements PageTableCache {
  readonly kind = 'entries';
  low = 0;
  high = 0;
  private readonly all: readonly EntryArray[];

  /** @param arrays by level of the entry; null: no entries of that level are kept */
  constructor(private readonly arrays: readonly (EntryArray | null)[]) {
    this.all = [...new Set(arrays.filter((array) => array !== null))];
  }

  get evictions(): number {
    return this.all.reduce((sum, { slots }) => sum + slots.evictions, 0);
  }

  find(level: number, word: number): boolean {
    const array = this.arrays[level] ?? null;
    if (array === null) return false;
    const slot = array.slots.find(word);
    if (slot < 0) return false;
    this.low = array.low[slot]!;
    this.high = array.high[slot]!;
    return true;
  }

  holds(level: number, word: number): boolean {
    const array = this.arrays[level] ?? null;
    return array !== null && array.slots.find(word) >= 0;
  }

  keepPath(words: Int32Array, path: Int32Array, first: number, leaf: number, held: number, narrow: boolean): void {
    for (let level = first; level > leaf; level--) {
      const word = path[level]!;
      if (((held >> level) & 1) === 0) this.keep(level, word, words[word]!, narrow ? 0 : words[word + 1]!);
    }
  }

  keep(level: number, word: number, low: number, high: number): void {
    const array = this.arrays[level] ?? null;
    if (array === null) return;
    const held = array.slots.find(word);
    const slot = held >= 0 ? held : array.slots.add(word, word >> 1);
    array.low[slot] = low;
    array.high[slot] = high;
  }

  drop(level: number, word: number): void {
    const array = this.arrays[level] ?? null;
    const slot = array === null ? -1 : array.slots.find(word);
    if (slot >= 0) array!.slots.drop(slot);
  }

  clear(): void {
    for (const { slots } of this.all) slots.clear();
  }

  agrees(words: Int32Array): boolean {
    return this.all.every((array) => array.agrees(words));
  }
}

export function unifiedPageTableCache(geometry: Geometry): PageTableCache {
  const all = new EntryArray(geometry);
  return new Entries([null, null, all, all, all, all]);
}

/** @param levels geometry by level of the entry, from 0 */
export function splitPageTableCache(levels: readonly (Geometry | null)[]): PageTableCache {
  return new Entries(levels.map((geometry) => (geometry === null ? null : new EntryArray(geometry))));
}
