/** What the guest's own tables say of a page, as its kernel would read them: nothing is marked, cached or counted. */
import { tablePath } from '../guest/table-path.js';
import { PTE } from '../memory/formats/index.js';
import { entryFrame, noExecuteOf } from '../memory/page-table.js';
import type { PagingStrategy, Platform } from '../paging/strategy.js';

/** The parts of a cell that an audit looks into. */
export interface Audited {
  readonly platform: Platform;
  readonly paging: PagingStrategy;
}

export interface GuestView {
  /** The entries on the way, from the root down to the last one read: low and high halves, accessed and dirty bits included. */
  readonly entries: readonly number[];
  /** Where those entries are: frame of the table × 512 + index. */
  readonly places: readonly number[];
  /** Guest frame, or -1 where the tables do not map the page. */
  readonly frame: number;
  readonly writable: boolean;
  readonly accessed: boolean;
  readonly dirty: boolean;
  readonly noExecute: boolean;
}

/** Reads the tables as the strategy shows them to the guest's kernel, which under `direct` are not the words that the hardware walks. */
export function guestView({ platform, paging }: Audited, vpn: number): GuestView {
  const { format, bareLevel, accessed } = platform.walker.guest;
  const entries: number[] = [];
  const places: number[] = [];
  let rights = -1;
  let noExecute = false;
  let leaf = { low: 0, high: 0, level: 0 };
  for (const entry of tablePath(paging, format, bareLevel, vpn)) {
    leaf = entry;
    entries.push(entry.low, entry.high);
    places.push(entry.table * 512 + entry.index);
    if (entry.level === bareLevel) continue;
    rights &= entry.low;
    noExecute ||= noExecuteOf(entry.high);
  }
  const { low, high, level } = leaf;
  if ((low & PTE.present) === 0)
    return { entries, places, frame: -1, writable: false, accessed: false, dirty: false, noExecute: false };
  const shift = format.pageShift(level);
  return {
    ...{ entries, places, noExecute },
    frame: entryFrame(low, high, shift) + (vpn % 2 ** (shift - 12)),
    writable: (rights & PTE.writable) !== 0,
    accessed: (low & accessed) === accessed,
    dirty: (low & PTE.dirty) !== 0,
  };
}
