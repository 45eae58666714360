/** The levels of a data TLB, and how many pages of a size a level holds over all its arrays. */
import type { Machine, TlbLevelConfig } from './machine-schema.js';

export type PageSize = '4k' | '2m';

/** Of loads. */
export function firstDataLevel({ l1d }: Machine['tlb']): TlbLevelConfig {
  return 'load' in l1d ? l1d.load : l1d;
}

export function secondDataLevel({ l2 }: Machine['tlb']): TlbLevelConfig | null {
  return l2 === null ? null : 'unified' in l2 ? l2.unified : l2.data;
}

export function entriesFor(level: TlbLevelConfig, size: PageSize): number {
  return Object.entries(level).reduce(
    (sum, [sizes, array]) =>
      sum + (array && (sizes === 'shared' || sizes.split('+').includes(size)) ? array.entries : 0),
    0,
  );
}
