/** Inputs of the model that nobody has published, or that differ between sources, and how far each is moved. */
import { MACHINES } from '../../config/machines/index.js';
import { configOf } from '../checks/replay.js';

/** Its doubts name its walk cache, its nested TLB and its exit prices: vmmu list machines amd-zen4. */
export const MACHINE = 'amd-zen4' satisfies keyof typeof MACHINES;

interface End {
  readonly value: string;
  /** What the configuration has instead. */
  readonly set: readonly string[];
  /** By how much exits cost more than the machine says. */
  readonly exitPrice: number;
}

export interface Input {
  readonly label: string;
  readonly low: End;
  readonly high: End;
}

export const BASE: End = { value: '', set: [], exitPrice: 1 };

const set = (path: string, value: number): End => ({
  ...BASE,
  value: String(value),
  set: [`machine.${path}=${value}`],
});

export function inputs(): Input[] {
  const { walkCache, nestedTlb, pteCacheShare } = configOf({ machine: MACHINE }).machine;
  const entries = (walkCache as { entries: number }).entries;
  const nested = nestedTlb!.entries;
  return [
    {
      label: 'cycles of an exit',
      low: { ...BASE, value: '−50 %', exitPrice: 0.5 },
      high: { ...BASE, value: '+50 %', exitPrice: 1.5 },
    },
    {
      // As far apart as published prices of one processor are: a hypercall and a page fault, prices by cause and one for all.
      label: 'cycles of an exit, wider',
      low: { ...BASE, value: 'a third', exitPrice: 1 / 3 },
      high: { ...BASE, value: '3 times', exitPrice: 3 },
    },
    {
      label: 'share of the caches for tables',
      low: set('pteCacheShare', pteCacheShare / 2),
      high: set('pteCacheShare', pteCacheShare * 2),
    },
    {
      label: 'share of the caches, wider',
      low: set('pteCacheShare', pteCacheShare / 4),
      high: set('pteCacheShare', pteCacheShare * 4),
    },
    {
      label: 'walk-cache entries',
      low: set('walkCache.entries', entries / 2),
      high: set('walkCache.entries', entries * 2),
    },
    {
      label: 'nested-TLB entries',
      low: set('nestedTlb.entries', nested / 2),
      high: set('nestedTlb.entries', nested * 2),
    },
  ];
}
