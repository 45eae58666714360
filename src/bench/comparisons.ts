/** What shadow paging costs the simulator itself: the time of a replay with shadow tables to that of the same replay on bare metal. */
import type { StrategyName } from '../paging/index.js';
import { spread, type Spread } from './spread.js';
import type { StreamName } from './case.js';

/** Streams of references alone exit for first touches only; a booting kernel changes its tables all the time. */
const TARGETS = [
  { stream: 'sequential', strategy: 'shadow', target: 1.15 },
  { stream: 'zipf', strategy: 'shadow', target: 1.15 },
  { stream: 'uniform', strategy: 'shadow', target: 1.15 },
  { stream: 'boot', strategy: 'shadow', target: 3 },
] as const satisfies readonly Pick<SpeedComparison, 'stream' | 'strategy' | 'target'>[];

export interface SpeedComparison {
  readonly stream: StreamName;
  readonly strategy: StrategyName;
  /** At most so much. */
  readonly target: number;
  /** Of the fastest processes: whatever else the machine does can only slow one down. */
  readonly ratio: number;
  /** Of processes that ran one after the other. */
  readonly inTurn: Spread;
}

/** @param runsOf runs a second of each process, in turn */
export function compare(runsOf: (stream: StreamName, strategy: StrategyName) => readonly number[]): SpeedComparison[] {
  return TARGETS.flatMap(({ stream, strategy, target }) => {
    const base = runsOf(stream, 'native');
    const other = runsOf(stream, strategy);
    if (base.length === 0 || other.length === 0) return [];
    return {
      stream,
      strategy,
      target,
      ratio: Math.max(...base) / Math.max(...other),
      inTurn: spread(other.map((speed, turn) => base[turn]! / speed)),
    };
  });
}
