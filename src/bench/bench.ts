/** The benchmark: every case in several fresh processes, one after the other in turn, because one process has one compiler's luck. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { STRATEGY_NAMES, type StrategyName } from '../paging/index.js';
import { STREAMS, type BenchCase, type Measurement, type StreamName } from './case.js';
import { ORGANISATION_NAMES, type OrganisationName } from './organisations.js';
import { programFor, runYardstick, type Yardstick } from './yardstick.js';

const execute = promisify(execFile);
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

export interface BenchOptions {
  readonly quick: boolean;
  readonly processes: number;
  /** Path of the recorded trace. */
  readonly recorded: string;
  /** The C programs to compare with, or null. */
  readonly yardstick: Yardstick | null;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

/** Median and spread over the processes. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface BenchRow {
  readonly stream: StreamName;
  readonly strategy: StrategyName;
  readonly organisation: OrganisationName;
  readonly refsPerSecond: Spread;
  readonly runsPerSecond: Spread;
  /** The C program's speed divided into ours, measured in turn with it; null where there is none for the stream. */
  readonly ratio: { readonly to: string; readonly value: Spread } | null;
}

/** Steps of a whole benchmark, for a progress display. */
export function benchSteps({ processes }: Pick<BenchOptions, 'processes'>): number {
  return processes * (STREAMS.length * STRATEGY_NAMES.length + ORGANISATION_NAMES.length - 1);
}

export async function bench(options: BenchOptions): Promise<BenchRow[]> {
  const cases = [
    ...STREAMS.flatMap((stream) => STRATEGY_NAMES.map((strategy) => caseOf(stream, strategy, 'plain', options))),
    ...ORGANISATION_NAMES.filter((name) => name !== 'plain').map((name) => caseOf('zipf', 'nested', name, options)),
  ];
  const measured = cases.map(() => [] as Measurement[]);
  const compared = cases.map(() => [] as number[]);
  for (let turn = 0; turn < options.processes; turn++) {
    for (const [at, benchCase] of cases.entries()) {
      measured[at]!.push(await inFreshProcess(benchCase, options.signal));
      const other = await runYardstick(options.yardstick, benchCase, options.signal);
      if (other !== null) compared[at]!.push(measured[at]!.at(-1)!.refsPerSecond / other);
      options.onStep(`${benchCase.stream} ${benchCase.strategy} ${benchCase.organisation}`);
    }
  }
  return cases.map(({ stream, strategy, organisation }, at) => ({
    stream,
    strategy,
    organisation,
    refsPerSecond: spread(measured[at]!.map(({ refsPerSecond }) => refsPerSecond)),
    runsPerSecond: spread(measured[at]!.map(({ runsPerSecond }) => runsPerSecond)),
    ratio: compared[at]!.length === 0 ? null : { to: programFor(strategy), value: spread(compared[at]!) },
  }));
}

function caseOf(
  stream: StreamName,
  strategy: StrategyName,
  organisation: OrganisationName,
  { quick, recorded }: BenchOptions,
): BenchCase {
  return quick
    ? {
        stream,
        strategy,
        organisation,
        recorded,
        refs: organisation === 'plain' ? 200_000 : 20_000,
        samples: 1,
        batches: 16,
      }
    : { stream, strategy, organisation, recorded, refs: stream === 'sequential' ? 20_000_000 : 4_000_000, samples: 3 };
}

async function inFreshProcess(benchCase: BenchCase, signal: AbortSignal): Promise<Measurement> {
  const { stdout } = await execute(process.execPath, [CHILD, JSON.stringify(benchCase)], { signal });
  return JSON.parse(stdout) as Measurement;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, least: sorted[0]!, most: sorted.at(-1)! };
}
