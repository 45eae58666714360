/** Programs, walk caches and seeds: what walks read and cost after a warm-up. */
import { WALK_CACHES, type WalkCaches } from '../../config/walk-caches.js';
import type { RunConfig } from '../../config/schema.js';
import { price } from '../../cost/cost-model.js';
import type { CellResult } from '../../run/cell-result.js';
import { configOf, warmAndWhole, type Recorded } from '../checks/replay.js';
import { record, type Program } from '../checks/workloads.js';

export const MACHINE = 'amd-barcelona';

/** The paper's names. */
export const CACHES: Readonly<Record<WalkCaches, string>> = {
  none: 'none',
  '1d': '1D_PWC',
  '2d': '2D_PWC',
  '2d+ntlb': '2D_PWC+NT',
};

export interface Workload extends Program {
  readonly refs: number;
  /** References before what is counted. */
  readonly warmUp: number;
}

/** Several times what the TLBs of the machine reach, and small enough to be touched once in the warm-up. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'GUPS', generator: 'gups', parameters: { pages: 2 ** 15 }, refs: 600_000, warmUp: 400_000 },
  { name: 'key-value', generator: 'key-value', parameters: { keys: 2 ** 18 }, refs: 4e6, warmUp: 2e6 },
  { name: 'BFS', generator: 'bfs', parameters: { scale: 17 }, refs: 6e6, warmUp: 3e6 },
];
export const QUICK_WORKLOADS: readonly Workload[] = [
  { name: 'GUPS', generator: 'gups', parameters: { pages: 2 ** 12 }, refs: 60_000, warmUp: 45_000 },
  { name: 'key-value', generator: 'key-value', parameters: { keys: 2 ** 16 }, refs: 300_000, warmUp: 150_000 },
];

export interface Measured {
  readonly program: string;
  readonly seed: number;
  readonly caches: WalkCaches;
  readonly refs: number;
  readonly walks: number;
  readonly faultedWalks: number;
  /** Of walks that ended in a translation. */
  readonly walkRefs: number;
  /** Of all walks, also those that ended in a fault. */
  readonly walkCycles: number;
}

export function configured(walkCaches: WalkCaches, seed: number): RunConfig {
  return configOf({ machine: MACHINE, walkCaches, seed });
}

/** One program, one seed: a row for each set of caches. */
export function measured(workload: Workload, seed: number): Measured[] {
  const trace = record(workload, workload.refs, seed);
  return WALK_CACHES.map((caches) => ({
    program: workload.name,
    seed,
    caches,
    ...counted(workload, trace, caches, seed),
  }));
}

function counted({ warmUp }: Workload, trace: Recorded, caches: WalkCaches, seed: number) {
  const config = configured(caches, seed);
  const { warm, whole } = warmAndWhole(trace, warmUp, 'nested', config);
  const since = (value: (result: CellResult) => number): number => value(whole) - value(warm);
  return {
    refs: since(({ counters }) => counters.refs),
    walks: since(({ counters }) => counters.walks),
    faultedWalks: since(({ counters }) => counters.faultedWalks),
    walkRefs: since(({ counters }) => counters.walkRefs),
    walkCycles: since((result) => {
      const { walks, faultedWalks } = price(result, config.machine, config.costs);
      return walks + faultedWalks;
    }),
  };
}
