/** What KVM's tools counted: exits by reason and counters, each with its rate and where it was read. */
import type { ProfiledExit } from '../../profile/exit-profile.js';
import { count } from './draft.js';
import type { TimedReport } from './report.js';

export interface Evidence {
  readonly name: string;
  readonly perSecond: number;
  readonly from: string;
  readonly place: string;
}

export interface ExitEvidence extends Evidence {
  readonly exit: ProfiledExit;
}

export function exitsOf(reports: readonly TimedReport[]): ExitEvidence[] {
  return reports.flatMap((report) =>
    report.profile.exits.map((exit) => ({ exit, ...evidence(report, exit.name, exit.count) })),
  );
}

/** Counters of KVM, not of `perf stat`. */
export function kvmCounters(reports: readonly TimedReport[]): ReadonlyMap<string, Evidence> {
  const own = reports.filter(({ source }) => source !== 'perf-stat');
  return new Map(
    own.flatMap((report) =>
      Object.entries(report.profile.counters).map(([name, value]) => [name, evidence(report, name, value)] as const),
    ),
  );
}

function evidence({ path, profile, seconds }: TimedReport, name: string, value: number): Evidence {
  return {
    name,
    perSecond: value / seconds,
    from: `${path}: ${count(value)} ${name} in ${count(seconds)} s`,
    place: profile.places[name] ?? path,
  };
}

/** Without flags. */
export function isExit({ exit }: ExitEvidence, ...names: readonly string[]): boolean {
  return names.includes(exit.name.split('|')[0]!);
}
