/** The entries on the way to a page in a guest's own tables, as its kernel reads them: nothing is marked, cached or counted. */
import { PTE, type TableFormat } from '../memory/formats/index.js';
import { entryFrame, entryIndex } from '../memory/page-table.js';
import type { PagingStrategy } from '../paging/strategy.js';

export interface PathEntry {
  /** Guest frame of the table, and the index in it. */
  readonly table: number;
  readonly index: number;
  readonly level: number;
  /** The two halves; the last entry of a path is a leaf or is not present. */
  readonly low: number;
  readonly high: number;
}

/** @param bareLevel level whose entries have neither rights nor large pages (the PDPTEs of PAE), or 0 */
export function* tablePath(
  strategy: Pick<PagingStrategy, 'guestRoot' | 'readWord'>,
  format: TableFormat,
  bareLevel: number,
  vpn: number,
): Generator<PathEntry, void, undefined> {
  const wide = format.entryBytes === 8;
  let table = strategy.guestRoot;
  for (let level = format.levels; ; level--) {
    const index = entryIndex(format, vpn, level);
    const low = strategy.readWord(table, wide ? 2 * index : index);
    const high = wide ? strategy.readWord(table, 2 * index + 1) : 0;
    yield { table, index, level, low, high };
    const leaf = level === 1 || (level !== bareLevel && (low & PTE.large) !== 0);
    if ((low & PTE.present) === 0 || leaf) return;
    table = entryFrame(low, high);
  }
}
