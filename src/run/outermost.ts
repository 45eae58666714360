/** TLBs in an order in which those that a pass goes through together for little stand together: by the sets of the first level, then of the second. */
import type { Machine, TlbLevelConfig } from '../config/machine-schema.js';
import { arraysOf, dataLevels, secondLevels, setsOf } from '../mmu/tlb-arrays.js';

/** More sets than any array has. */
const BEYOND = 2 ** 16;

export function outermost({ l1d, l2 }: Machine['tlb']): number {
  const second = secondLevels(l2).at(-1);
  return firstSets(dataLevels(l1d)[0]!) * BEYOND + (second === undefined ? 0 : firstSets(second));
}

function firstSets(level: TlbLevelConfig): number {
  return setsOf(arraysOf(level)[0]![1]);
}
