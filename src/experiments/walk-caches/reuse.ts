/** Which table entries walks read after a warm-up, how often, and what serves each reference of a walk. */
import type { WalkCaches } from '../../config/walk-caches.js';
import { EntryUses } from '../checks/entry-uses.js';
import { warmAndWhole } from '../checks/replay.js';
import { record } from '../checks/workloads.js';
import { configured, type Workload } from './measure.js';
import { WalkPlaces } from './places.js';

/** Shares of all entries, the most used first. */
export const SHARES = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;
/** Without walk caches, and what they leave. */
export const COMPARED = ['none', '2d+ntlb'] as const satisfies readonly WalkCaches[];
const SEED = 1;

export interface Reuse {
  readonly program: string;
  readonly caches: (typeof COMPARED)[number];
  readonly entries: number;
  /** Share of all reads that go to so large a share of the entries. */
  readonly reads: readonly number[];
  /** Entries by what they are, the most frequent first. */
  readonly classes: readonly (readonly [name: string, entries: number])[];
  /** By place in the walk and by what serves it. */
  readonly places: readonly (readonly number[])[];
}

export function reuse(workload: Workload): Reuse[] {
  const trace = record(workload, workload.refs, SEED);
  return COMPARED.map((caches) => {
    const [uses, places] = [new EntryUses(), new WalkPlaces()];
    const config = configured(caches, SEED);
    for (const observer of [uses, places]) warmAndWhole(trace, workload.warmUp, 'nested', config, observer);
    return {
      program: workload.name,
      caches,
      entries: uses.unique,
      reads: SHARES.map((share) => uses.readsOfMostUsed(share)),
      classes: [...uses.classes()].toSorted(([, a], [, b]) => b - a),
      places: places.counts,
    };
  });
}
