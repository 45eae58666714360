/** How many pages of a size the last level of data TLBs holds. */
import type { Machine, TlbLevelConfig } from '../config/machine-schema.js';

export type PageSize = '4k' | '2m';

export const PAGE_MIB = { '4k': 1 / 256, '2m': 2 } as const satisfies Record<PageSize, number>;

export function tlbEntries({ tlb: { l1d, l2 } }: Machine, size: PageSize): number {
  const first = 'load' in l1d ? l1d.load : l1d;
  const second = l2 === null ? null : 'unified' in l2 ? l2.unified : l2.data;
  return (second === null ? 0 : held(second, size)) || held(first, size);
}

function held(level: TlbLevelConfig, size: PageSize): number {
  return Object.entries(level).reduce(
    (sum, [sizes, array]) =>
      sum + (array && (sizes === 'shared' || sizes.split('+').includes(size)) ? array.entries : 0),
    0,
  );
}
