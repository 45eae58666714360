/** The accessed and dirty bits that a completed walk sets. */
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
    const low = lows[level]!;
    if ((low & wanted) === wanted) continue;
    const word = path[level]!;
    words[word] = low | wanted;
    observer?.update(which, level, memory.addressOfWord(word), low | wanted, tables.narrow ? 0 : words[word + 1]!);
  }
}
