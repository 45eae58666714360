/** TLBs in an order in which those that a pass goes through together for little stand together: by the sets of the first level, then of the second. */
import type { Machine, TlbArrayConfig, TlbLevelConfig } from '../config/machine-schema.js';

/** More sets than any array has. */
const BEYOND = 2 ** 16;

export function outermost({ l1d, l2 }: Machine['tlb']): number {
  const second = l2 === null ? null : 'unified' in l2 ? l2.unified : l2.data;
  return setsOf('load' in l1d ? l1d.load : l1d) * BEYOND + (second === null ? 0 : setsOf(second));
}

function setsOf(level: TlbLevelConfig): number {
  const array = Object.values(level).find((one): one is TlbArrayConfig => Boolean(one))!;
  return array.ways === 0 ? 1 : array.entries / array.ways;
}
