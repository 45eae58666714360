/** The TLBs that are compared, taken apart: which first levels there are, and below each of them which second levels. */
import type {
  DataLevelConfig,
  Machine,
  TlbArrayConfig,
  TlbLevelConfig,
  TlbSizes,
} from '../../config/machine-schema.js';
import { HUGE, LARGE, SMALL, type Size } from '../page-index.js';
import { HOLDS } from '../tlb/tlb-level.js';
import { LruFamily, type Member } from './lru-family.js';

export type TlbConfig = Machine['tlb'];

/** Families by size of page; sizes that one array holds have one family. */
export type Level = readonly [LruFamily, LruFamily, LruFamily];

/** Longer stacks are gone through slower than a TLB of its own. */
const MOST_WAYS = 128;

/** Why the stacks of columns do not tell what a TLB does; null where they do. */
export function notStacked(tlb: TlbConfig): string | null {
  if (tlb.l2 !== null && tlb.inclusion !== 'non-inclusive') return `an ${tlb.inclusion} second level`;
  for (const level of levelsOf(tlb)) {
    const arrays = Object.entries(level).filter((entry): entry is [TlbSizes, TlbArrayConfig] => Boolean(entry[1]));
    for (const [, array] of arrays) {
      if (array.replacement !== 'lru') return `${array.replacement} replacement`;
      if (array.index !== 'modulo') return `sets by ${array.index}`;
      if (waysOf(array) > MOST_WAYS) return `more than ${MOST_WAYS} ways`;
    }
    for (const size of [SMALL, LARGE, HUGE] as const)
      if (arrays.filter(([name]) => HOLDS[name].includes(size)).length > 1) return 'two arrays for one size of page';
  }
  return null;
}

function levelsOf({ l1i, l1d, l2 }: TlbConfig): TlbLevelConfig[] {
  const second = l2 === null ? [] : 'unified' in l2 ? [l2.unified] : [l2.instruction, l2.data];
  return [l1i, ...dataLevels(l1d), ...second];
}

/** For loads and for stores; one for both. */
export function dataLevels(l1d: DataLevelConfig): readonly TlbLevelConfig[] {
  return 'load' in l1d ? [l1d.load, l1d.store] : [l1d];
}

/** A level as several TLBs have it: the members are numbered as the configurations are. */
export function levelOf(configs: readonly TlbLevelConfig[], ids: readonly number[]): Level {
  const families = new Map<string, LruFamily>();
  return [SMALL, LARGE, HUGE].map((size) => {
    const held = configs.map((config) => arrayFor(config, size as Size));
    const name = held[0]?.[0] ?? `${size}`;
    const known = families.get(name);
    if (known !== undefined) return known;
    const family = new LruFamily(held.map((array, at) => member(array?.[1] ?? null, ids[at]!)));
    families.set(name, family);
    return family;
  }) as unknown as Level;
}

function arrayFor(config: TlbLevelConfig, size: Size): [TlbSizes, TlbArrayConfig] | undefined {
  return (Object.entries(config) as [TlbSizes, TlbArrayConfig | null | undefined][]).find(
    (entry): entry is [TlbSizes, TlbArrayConfig] => Boolean(entry[1]) && HOLDS[entry[0]].includes(size),
  );
}

/** Which arrays a level has, and for which sizes: levels that differ in it cannot be compared in one pass. */
export function outlineOf(tlb: TlbConfig): string {
  const outline = (level: TlbLevelConfig): string =>
    Object.entries(level)
      .filter(([, array]) => Boolean(array))
      .map(([name]) => name)
      .sort()
      .join();
  const kinds = [dataLevels(tlb.l1d).length, tlb.l2 === null ? 0 : 'unified' in tlb.l2 ? 1 : 2];
  return [...kinds, ...levelsOf(tlb).map(outline)].join(' ');
}

function waysOf({ entries, ways }: TlbArrayConfig): number {
  return ways === 0 ? entries : ways;
}

function member(array: TlbArrayConfig | null, id: number): Member {
  if (array === null) return { sets: 1, ways: 0, id };
  const ways = waysOf(array);
  return { sets: array.entries / ways, ways, id };
}
