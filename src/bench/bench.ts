/** The benchmark: every case in several fresh processes, one after the other in turn, because one process has one compiler's luck. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StrategyName } from '../paging/index.js';
import {
  isRecorded,
  strategiesOf,
  STREAMS,
  type BenchCase,
  type Measurement,
  type RecordedName,
  type StreamName,
} from './case.js';
import { compare, type SpeedComparison } from './comparisons.js';
import { IMPORT_NAMES, type ImportCase, type ImportMeasurement } from './imports.js';
import { ORGANISATION_NAMES, type OrganisationName } from './organisations.js';
import { spread, type Spread } from './spread.js';
import { programFor, runYardstick, type Yardstick } from './yardstick.js';

const execute = promisify(execFile);
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

export interface BenchOptions {
  readonly quick: boolean;
  readonly processes: number;
  /** Paths of the recorded traces. */
  readonly recorded: Readonly<Record<RecordedName, string>>;
  /** The C programs to compare with, or null. */
  readonly yardstick: Yardstick | null;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
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
  const plain = STREAMS.reduce((sum, stream) => sum + strategiesOf(stream).length, 0);
  return processes * (plain + ORGANISATION_NAMES.length - 1 + IMPORT_NAMES.length);
}

/** How fast captures of a kind are read. */
export interface ImportRow {
  readonly imports: string;
  readonly bytesPerSecond: Spread | null;
  readonly recordsPerSecond: Spread;
  readonly residentBytes: Spread;
}

export interface BenchResult {
  readonly rows: readonly BenchRow[];
  readonly imports: readonly ImportRow[];
  readonly comparisons: readonly SpeedComparison[];
}

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const cases = [
    ...STREAMS.flatMap((stream) => strategiesOf(stream).map((strategy) => caseOf(stream, strategy, 'plain', options))),
    ...ORGANISATION_NAMES.filter((name) => name !== 'plain').map((name) => caseOf('zipf', 'nested', name, options)),
  ];
  const measured = cases.map(() => [] as Measurement[]);
  const compared = cases.map(() => [] as number[]);
  for (let turn = 0; turn < options.processes; turn++) {
    for (const [at, benchCase] of cases.entries()) {
      measured[at]!.push(await inFreshProcess<Measurement>(benchCase, options.signal));
      const other = await runYardstick(options.yardstick, benchCase, options.signal);
      if (other !== null) compared[at]!.push(measured[at]!.at(-1)!.refsPerSecond / other);
      options.onStep(`${benchCase.stream} ${benchCase.strategy} ${benchCase.organisation}`);
    }
  }
  const rows = cases.map(({ stream, strategy, organisation }, at) => ({
    stream,
    strategy,
    organisation,
    refsPerSecond: spread(measured[at]!.map(({ refsPerSecond }) => refsPerSecond)),
    runsPerSecond: spread(measured[at]!.map(({ runsPerSecond }) => runsPerSecond)),
    ratio: compared[at]!.length === 0 ? null : { to: programFor(strategy), value: spread(compared[at]!) },
  }));
  const runsOf = (stream: StreamName, strategy: StrategyName): number[] => {
    const at = cases.findIndex(
      (other) => other.stream === stream && other.strategy === strategy && other.organisation === 'plain',
    );
    return measured[at]!.map(({ runsPerSecond }) => runsPerSecond);
  };
  return { rows, imports: await benchImports(options), comparisons: compare(runsOf) };
}

async function benchImports({ quick, processes, recorded, signal, onStep }: BenchOptions): Promise<ImportRow[]> {
  const rows: ImportRow[] = [];
  for (const imports of IMPORT_NAMES) {
    const size = quick ? { pieces: 4, batches: 16 } : { pieces: 256 };
    const measured: ImportMeasurement[] = [];
    for (let turn = 0; turn < processes; turn++) {
      measured.push(await inFreshProcess<ImportMeasurement>({ imports, native: recorded.redis, ...size }, signal));
      onStep(`import ${imports}`);
    }
    const bytes = measured.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? []);
    rows.push({
      imports,
      bytesPerSecond: bytes.length === 0 ? null : spread(bytes),
      recordsPerSecond: spread(measured.map(({ recordsPerSecond }) => recordsPerSecond)),
      residentBytes: spread(measured.map(({ residentBytes }) => residentBytes)),
    });
  }
  return rows;
}

function caseOf(
  stream: StreamName,
  strategy: StrategyName,
  organisation: OrganisationName,
  { quick, recorded }: BenchOptions,
): BenchCase {
  const what = { stream, strategy, organisation, recorded: isRecorded(stream) ? recorded[stream] : null };
  if (quick) return { ...what, warmRefs: 5_000, refs: 20_000, samples: 1, batches: 16 };
  return {
    ...what,
    warmRefs: 100_000,
    refs: stream === 'sequential' ? 20_000_000 : 4_000_000,
    samples: stream === 'boot' ? 1 : 3,
  };
}

async function inFreshProcess<T>(benchCase: BenchCase | ImportCase, signal: AbortSignal): Promise<T> {
  const { stdout } = await execute(process.execPath, [CHILD, JSON.stringify(benchCase)], { signal });
  return JSON.parse(stdout) as T;
}
