/** Programs among which those that choose between shadow and nested paging have to choose, and for how long. */
import type { Program } from './workloads.js';

export const MACHINE = 'amd-zen4';

/** References: of a program, of these before what is counted, and between two looks of the VMM. */
export interface Length {
  readonly refs: number;
  readonly warmUp: number;
  readonly interval: number;
}

export const LENGTH: Length = { refs: 4_800_000, warmUp: 2_400_000, interval: 400_000 };

export const PROGRAMS: readonly Program[] = [
  { name: 'GUPS', generator: 'gups', parameters: { pages: 2 ** 13 } },
  { name: 'b-tree', generator: 'b-tree', parameters: { keys: 2 ** 20 } },
  { name: 'database', generator: 'database', parameters: {} },
  { name: 'boot-events', generator: 'boot-events', parameters: {} },
  { name: 'build', generator: 'build', parameters: {} },
];

/** Gandhi et al., ISCA 2016: hardware that sets dirty bits and knows roots; and processes that are nested at first. */
export const HARDWARE_OPTIONS = [
  'vmm.agile.hardwareDirty=true',
  'vmm.agile.cachedCr3s=8',
  'vmm.agile.nestedAtFirst=1',
] as const;
