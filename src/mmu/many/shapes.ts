/** The TLBs that are compared, taken apart: which first levels there are, and below each of them which second levels. */
import type { Machine, TlbArrayConfig, TlbLevelConfig } from '../../config/machine-schema.js';
import { arraysOf, dataLevels, levelsOf, secondLevels, setsOf, waysOf } from '../tlb-arrays.js';
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
    const arrays = arraysOf(level);
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

/** A level as several TLBs have it: the members are numbered as the configurations are. */
export function levelOf(configs: readonly TlbLevelConfig[], ids: readonly number[]): Level {
  const families = new Map<string, LruFamily>();
  return [SMALL, LARGE, HUGE].map((size) => {
    const held = configs.map((config) => arraysOf(config).find(([name]) => HOLDS[name].includes(size as Size)));
    const name = held[0]?.[0] ?? `${size}`;
    const known = families.get(name);
    if (known !== undefined) return known;
    const family = new LruFamily(held.map((array, at) => member(array?.[1] ?? null, ids[at]!)));
    families.set(name, family);
    return family;
  }) as unknown as Level;
}

/** Which arrays a level has, and for which sizes: levels that differ in it cannot be compared in one pass. */
export function outlineOf(tlb: TlbConfig): string {
  const outline = (level: TlbLevelConfig): string =>
    arraysOf(level)
      .map(([name]) => name)
      .sort()
      .join();
  const kinds = [dataLevels(tlb.l1d).length, secondLevels(tlb.l2).length];
  return [...kinds, ...levelsOf(tlb).map(outline)].join(' ');
}

function member(array: TlbArrayConfig | null, id: number): Member {
  return array === null ? { sets: 1, ways: 0, id } : { sets: setsOf(array), ways: waysOf(array), id };
}
