/** The accessed and dirty bits that a walk sets. */
import type { PhysicalMemory } from '../memory/physical.js';
import { LEVELS, type Dimension } from './dimension.js';
import type { WalkObserver } from './walk-observer.js';

const lows = new Int32Array(LEVELS);

/**
 * Marks the entries of a path (indices in memory.words by level) from level `first` down to the leaf, each once, from their values
 * before any of them was marked: an entry that a walk met twice (a table that maps itself) is written twice.
 */
export function markPath(
  memory: PhysicalMemory,
  tables: Dimension,
  first: number,
  leaf: number,
  dirty: number,
  path: Int32Array,
  which: number,
  observer: WalkObserver | null,
): void {
  const words = memory.words;
  const root = first === tables.bareLevel ? first - 1 : first;
  for (let level = root; level >= leaf; level--) lows[level] = words[path[level]!]!;
  for (let level = root; level >= leaf; level--) {
    const wanted = level === leaf ? tables.accessed | dirty : tables.accessed;
    if ((lows[level]! & wanted) !== wanted)
      write(memory, tables, level, lows[level]! | wanted, path[level]!, which, observer);
  }
}

/** Marks one entry on the way down (`PagingControls.earlyAccessed`). */
export function markEntry(
  memory: PhysicalMemory,
  tables: Dimension,
  level: number,
  wanted: number,
  word: number,
  which: number,
  observer: WalkObserver | null,
): void {
  const low = memory.words[word]!;
  if ((low & wanted) !== wanted) write(memory, tables, level, low | wanted, word, which, observer);
}

function write(
  memory: PhysicalMemory,
  tables: Dimension,
  level: number,
  low: number,
  word: number,
  which: number,
  observer: WalkObserver | null,
): void {
  memory.writeAt(word, low);
  observer?.update(which, level, memory.addressOfWord(word), low, tables.narrow ? 0 : memory.words[word + 1]!);
}
