/** How many pages of a size the last level of data TLBs holds. */
import type { Machine } from '../config/machine-schema.js';
import { entriesFor, firstDataLevel, secondDataLevel, type PageSize } from '../config/tlb-entries.js';

export const PAGE_MIB = { '4k': 1 / 256, '2m': 2 } as const satisfies Record<PageSize, number>;

export function tlbEntries({ tlb }: Machine, size: PageSize): number {
  const second = secondDataLevel(tlb);
  return (second === null ? 0 : entriesFor(second, size)) || entriesFor(firstDataLevel(tlb), size);
}
