/** What a TLB is made of: its levels, the arrays of each, and the shape of an array. */
import type { DataLevelConfig, Machine, TlbArrayConfig, TlbLevelConfig, TlbSizes } from '../config/machine-schema.js';

/** For loads and for stores; one for both. */
export function dataLevels(l1d: DataLevelConfig): readonly TlbLevelConfig[] {
  return 'load' in l1d ? [l1d.load, l1d.store] : [l1d];
}

/** For instructions and for data; one for both; none. */
export function secondLevels(l2: Machine['tlb']['l2']): readonly TlbLevelConfig[] {
  if (l2 === null) return [];
  return 'unified' in l2 ? [l2.unified] : [l2.instruction, l2.data];
}

export function levelsOf({ l1i, l1d, l2 }: Machine['tlb']): TlbLevelConfig[] {
  return [l1i, ...dataLevels(l1d), ...secondLevels(l2)];
}

/** Arrays by the sizes that they hold; those that stand at null are none. */
export function arraysOf(level: TlbLevelConfig): [TlbSizes, TlbArrayConfig][] {
  return Object.entries(level).filter((entry): entry is [TlbSizes, TlbArrayConfig] => Boolean(entry[1]));
}

export function waysOf({ entries, ways }: TlbArrayConfig): number {
  return ways === 0 ? entries : ways;
}

export function setsOf(array: TlbArrayConfig): number {
  return array.entries / waysOf(array);
}
