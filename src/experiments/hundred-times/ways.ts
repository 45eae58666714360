/** The ways in which a guest may be run, and the processors on which it is. */
import type { StrategyName } from '../../paging/names.js';
import type { StackedName } from '../../paging/names.js';
import type { Era } from './native-prices.js';

export interface Way {
  readonly title: string;
  readonly strategy: StrategyName | StackedName;
  /**
   * The kernel of bare metal, or of a virtual machine, runs each of its processes in a virtual machine of its own: what was an entry to the
   * kernel becomes a VM exit.
   */
  readonly kernelUsesTheMode?: 'on bare metal' | 'in a virtual machine';
}

/** In the order of tables. */
export const WAYS = {
  native: { title: 'bare metal', strategy: 'native' },
  paravirtual: { title: 'paravirtual', strategy: 'direct' },
  shadow: { title: 'shadow', strategy: 'shadow' },
  'write-protect': { title: 'write-protect', strategy: 'write-protect' },
  nested: { title: 'nested', strategy: 'nested' },
  'shadow-on-shadow': { title: 'shadow on shadow', strategy: 'shadow-on-shadow' },
  'shadow-on-nested': { title: 'shadow on nested', strategy: 'shadow-on-nested' },
  'nested-on-nested': { title: 'nested on nested', strategy: 'nested-on-nested' },
  'pvm-on-nested': { title: 'PVM on nested', strategy: 'pvm-on-nested' },
  'own kernel': { title: 'own kernel', strategy: 'native', kernelUsesTheMode: 'on bare metal' },
  'own kernel in a VM': { title: 'own kernel in a VM', strategy: 'nested', kernelUsesTheMode: 'in a virtual machine' },
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;
export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];

export interface Generation {
  readonly machine: string;
  readonly costs: string;
  readonly year: number;
  /** Whose prices on bare metal are nearest. */
  readonly era: Era;
  /** The kernels that were measured on it isolate page tables. */
  readonly isolates?: boolean;
}

/** Processors whose exits have a published price. */
export const GENERATIONS: readonly Generation[] = [
  { machine: 'intel-prescott', costs: 'prescott-2005', year: 2005, era: 'prescott' },
  { machine: 'intel-merom', costs: 'merom-2006', year: 2006, era: 'prescott' },
  { machine: 'intel-penryn', costs: 'penryn-2008', year: 2008, era: 'prescott' },
  { machine: 'intel-nehalem', costs: 'nehalem-2009', year: 2009, era: 'cascade-lake' },
  { machine: 'intel-westmere', costs: 'westmere-2010', year: 2010, era: 'cascade-lake' },
  { machine: 'intel-sandybridge', costs: 'sandy-bridge-2011', year: 2011, era: 'cascade-lake' },
  { machine: 'intel-cascadelake', costs: 'cascade-lake-shadow-2019', year: 2019, era: 'cascade-lake', isolates: true },
  { machine: 'amd-zen2', costs: 'epyc-2020', year: 2020, era: 'cascade-lake' },
];
