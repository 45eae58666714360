/** The cells of a sweep, in the order of its rows. */
import type { ReadText } from '../config/resolve.js';
import { UsageError } from '../errors.js';
import type { CellLabel, Point } from '../report/result-row.js';
import { candidate, type Asks } from '../run/candidate.js';
import type { CellSpec } from '../run/cell.js';
import { refuseTwin } from '../run/run.js';
import { cellKey } from './key.js';
import { configurations, type Configured } from './points.js';
import { surveyTrace, type Survey, type SurveyedTrace } from './survey.js';
import { readSweepFile, type SweepFile } from './sweep-file.js';

export interface SweepCell {
  readonly point: Point;
  /** Of its trace. */
  readonly path: string;
  readonly spec: CellSpec;
  readonly label: CellLabel;
  /** What it counts depends on nothing else: see key.ts. */
  readonly key: string;
  readonly survey: Survey;
}

/** Where a sweep's files are found: handed in, because names of shipped traces are the command line's. */
export interface Files {
  readonly readText: ReadText;
  readonly tracePath: (given: string) => string;
}

export interface Sweep {
  readonly file: SweepFile;
  readonly bases: readonly Configured['config'][];
  readonly traces: readonly SurveyedTrace[];
  readonly cells: readonly SweepCell[];
  readonly oneIn: number | undefined;
}

export interface SweepOptions {
  /** Cells that are not too many. */
  readonly mostCells: number;
  /** Traces that need not be gone through again. */
  readonly known?: readonly Survey[];
  readonly signal?: AbortSignal;
  /** The part of the TLB sets that is replayed, as what all are divided by; left out: all of them. */
  readonly oneIn?: number | undefined;
}

export async function readSweep(path: string, files: Files, options: SweepOptions): Promise<Sweep> {
  const { oneIn } = options;
  const file = readSweepFile(path, files.readText);
  refuseTooMany(path, file, options.mostCells);
  const { bases, all } = configurations(file, files.readText);
  const traces: SurveyedTrace[] = [];
  const named = new Map<string, string>();
  for (const given of file.traces) {
    const trace = await surveyTrace(files.tracePath(given), options.known ?? [], options.signal);
    refuseTwin(named, trace.beginning.name, trace.path);
    traces.push(trace);
  }
  const cells = traces.flatMap((trace) =>
    all.flatMap((configured) =>
      file.strategies.map((asked) => cellOf(trace, configured, asked, { allowInexact: file.allowInexact, oneIn })),
    ),
  );
  return { file, bases, traces, cells, oneIn };
}

/** What speaks against a cell makes it an excluded one. */
function cellOf(
  { path, beginning, survey }: SurveyedTrace,
  { point, config, misfit }: Configured,
  asked: string,
  asks: Asks,
): SweepCell {
  const { spec, label, forbidden, inexact } = candidate(beginning, asked, config, asks);
  const why = misfit ?? forbidden ?? (inexact === null ? null : `${inexact}: allowInexact: true replays and marks it`);
  const exactness = why === null ? label.exactness : `excluded: ${why}`;
  return { point, path, spec, label: { ...label, exactness }, key: cellKey(spec, survey.sha256), survey };
}

function refuseTooMany(path: string, file: SweepFile, most: number): void {
  const { traces, machines = [0], walkCaches = [0], strategies, axes } = file;
  const count = [traces, machines, walkCaches, strategies, ...axes.map(({ values }) => values)].reduce(
    (product, { length }) => product * length,
    1,
  );
  if (count > most)
    throw new UsageError(`${path}: found ${count} cells; expected at most ${most}, or --yes where so many are meant`);
}
