/**
 * What the benchmark measures: each stream under each strategy on the yardstick machine, without a model of the data caches, and one
 * stream on every other organisation of TLBs and walk caches.
 */
import type { StrategyName } from '../paging/index.js';
import type { OrganisationName } from './organisations.js';

export const STREAMS = ['sequential', 'zipf', 'uniform', 'redis'] as const;
export type StreamName = (typeof STREAMS)[number];

export interface BenchCase {
  readonly stream: StreamName;
  readonly strategy: StrategyName;
  readonly organisation: OrganisationName;
  /** References of a generated stream. */
  readonly refs: number;
  /** Samples that benchmark.js takes; it calls a long function twice for each. */
  readonly samples: number;
  /** Batches of a recorded trace to replay; all of them by default. */
  readonly batches?: number | undefined;
  /** Path of the recorded trace. */
  readonly recorded: string;
}

/** What one process measured. */
export interface Measurement {
  readonly refsPerSecond: number;
  readonly runsPerSecond: number;
}
