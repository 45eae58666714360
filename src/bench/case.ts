/**
 * What the benchmark measures: each stream under each strategy on the yardstick machine, without a model of the data caches, and one
 * stream on every other organisation of TLBs and walk caches.
 */
import { STRATEGY_NAMES, type StrategyName } from '../paging/index.js';
import type { OrganisationName } from './organisations.js';

export const STREAMS = ['sequential', 'zipf', 'uniform', 'redis', 'boot'] as const;
export type StreamName = (typeof STREAMS)[number];

/** Streams that are traces in files: a program, and a full system with the tables of its kernel. */
export const RECORDED = ['redis', 'boot'] as const satisfies readonly StreamName[];
export type RecordedName = (typeof RECORDED)[number];

export function isRecorded(stream: StreamName): stream is RecordedName {
  return (RECORDED as readonly StreamName[]).includes(stream);
}

const USUAL = ['native', 'shadow', 'nested'] as const satisfies readonly StrategyName[];

/** One stream is for all strategies; a full system is for the one question what it costs to follow its tables. */
export function strategiesOf(stream: StreamName): readonly StrategyName[] {
  return stream === 'zipf' ? STRATEGY_NAMES : stream === 'boot' ? ['native', 'shadow'] : USUAL;
}

export interface BenchCase {
  readonly stream: StreamName;
  readonly strategy: StrategyName;
  readonly organisation: OrganisationName;
  /** References that each strategy is warmed with. */
  readonly warmRefs: number;
  /** References of a generated stream. */
  readonly refs: number;
  /** Samples that benchmark.js takes; it calls a long function twice for each. */
  readonly samples: number;
  /** Batches of a recorded trace to replay; all of them by default. */
  readonly batches?: number | undefined;
  /** Path of the trace of a recorded stream; null for the others. */
  readonly recorded: string | null;
}

/** What one process measured. */
export interface Measurement {
  /** Heap that a replay leaves to the collector, by a million references. */
  readonly bytesPerMillionRefs: number;
  readonly refsPerSecond: number;
  readonly runsPerSecond: number;
}
