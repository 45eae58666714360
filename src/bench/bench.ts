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
import { targetOf, TARGETS } from './targets.js';
import { runYardstick, type Yardstick } from './yardstick.js';

const execute = promisify(execFile);
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** What is measured. */
export interface BenchChoice {
  readonly quick: boolean;
  readonly processes: number;
  /** Paths of the recorded traces. */
  readonly recorded: Readonly<Record<RecordedName, string>>;
  /** The C programs to compare with, or null. */
  readonly yardstick: Yardstick | null;
  /** What the names of cases contain that are measured; null: all. */
  readonly only: string | null;
}

export interface BenchOptions extends BenchChoice {
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

export interface BenchRow {
  readonly stream: StreamName;
  readonly strategy: StrategyName;
  readonly organisation: OrganisationName;
  readonly refsPerSecond: Spread;
  readonly runsPerSecond: Spread;
  readonly bytesPerMillionRefs: Spread;
  /** The C program's speed divided into ours, measured in turn with it; null where there is none to compare with. */
  readonly ratio: { readonly to: string; readonly value: Spread; readonly target: number } | null;
}

/** Steps of a benchmark, for a progress display. */
export function benchSteps(options: BenchChoice): number {
  return options.processes * (casesOf(options).length + importsOf(options).length);
}

/** What a case is called, and chosen by. */
export function nameOf({
  stream,
  strategy,
  organisation,
}: Pick<BenchCase, 'stream' | 'strategy' | 'organisation'>): string {
  return `${stream} ${strategy}${organisation === 'plain' ? '' : `, ${organisation}`}`;
}

function casesOf(options: BenchChoice): BenchCase[] {
  const made = [
    ...STREAMS.flatMap((stream) => strategiesOf(stream).map((strategy) => caseOf(stream, strategy, 'plain', options))),
    ...ORGANISATION_NAMES.filter((name) => name !== 'plain').map((name) => caseOf('zipf', 'nested', name, options)),
    ...TARGETS.flatMap(({ strategy, organisation, ratio }) =>
      (['zipf', 'uniform'] as const)
        .filter((stream) => ratio[stream] !== undefined)
        .map((stream) => caseOf(stream, strategy, organisation, options)),
    ),
  ];
  const byName = new Map(made.map((benchCase) => [nameOf(benchCase), benchCase]));
  return [...byName.values()].filter((benchCase) => isWanted(benchCase, options));
}

function importsOf({ only, yardstick }: BenchChoice): readonly string[] {
  return only === null && yardstick !== null
    ? []
    : IMPORT_NAMES.filter((name) => importName(name).includes(only ?? ''));
}

const importName = (name: string): string => `import ${name}`;

/** Whatever is chosen; else, where there are C programs, what is compared with them. */
function isWanted(benchCase: BenchCase, { only, yardstick }: BenchChoice): boolean {
  if (only !== null) return nameOf(benchCase).includes(only);
  return yardstick === null || targetOf(benchCase.stream, benchCase.strategy, benchCase.organisation) !== undefined;
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
  const cases = casesOf(options);
  const measured = cases.map(() => [] as Measurement[]);
  const compared = cases.map(() => [] as number[]);
  for (let turn = 0; turn < options.processes; turn++) {
    for (const [at, benchCase] of cases.entries()) {
      measured[at]!.push(await inFreshProcess<Measurement>(benchCase, options.signal));
      const other = await runYardstick(options.yardstick, benchCase, options.signal);
      if (other !== null) compared[at]!.push(measured[at]!.at(-1)!.refsPerSecond / other);
      options.onStep(nameOf(benchCase));
    }
  }
  const rows = cases.map(({ stream, strategy, organisation }, at) => ({
    stream,
    strategy,
    organisation,
    refsPerSecond: spread(measured[at]!.map(({ refsPerSecond }) => refsPerSecond)),
    runsPerSecond: spread(measured[at]!.map(({ runsPerSecond }) => runsPerSecond)),
    bytesPerMillionRefs: spread(measured[at]!.map(({ bytesPerMillionRefs }) => bytesPerMillionRefs)),
    ratio: ratioOf(compared[at]!, targetOf(stream, strategy, organisation)),
  }));
  const runsOf = (stream: StreamName, strategy: StrategyName): number[] => {
    const at = cases.findIndex(
      (other) => other.stream === stream && other.strategy === strategy && other.organisation === 'plain',
    );
    return measured[at]?.map(({ runsPerSecond }) => runsPerSecond) ?? [];
  };
  return { rows, imports: await benchImports(options), comparisons: compare(runsOf) };
}

function ratioOf(values: readonly number[], target: ReturnType<typeof targetOf>): BenchRow['ratio'] {
  if (target === undefined || values.length === 0) return null;
  return { to: target.to, value: spread(values), target: target.ratio };
}

async function benchImports(options: BenchOptions): Promise<ImportRow[]> {
  const { quick, processes, recorded, signal, onStep } = options;
  const rows: ImportRow[] = [];
  for (const imports of importsOf(options)) {
    const size = quick ? { pieces: 4, batches: 16 } : { pieces: 256 };
    const measured: ImportMeasurement[] = [];
    for (let turn = 0; turn < processes; turn++) {
      measured.push(await inFreshProcess<ImportMeasurement>({ imports, native: recorded.redis, ...size }, signal));
      onStep(importName(imports));
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
  { quick, recorded }: BenchChoice,
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
