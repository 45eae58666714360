/** The model's counts against KVM's, within bands that were set before either was run. */
import { inBand, isAbsent } from '../band.js';
import { COMPARED, measured, type ComparedName, type Counts } from './counts.js';
import type { Measured, MeasuredPhase, MeasuredRun } from './measured.js';
import type { Replayed } from './replay.js';

export interface Check {
  readonly phase: 'whole run' | 'workload' | 'nested';
  readonly counter: string;
  /** Of each measured run. */
  readonly measured: readonly number[];
  readonly modelled: number;
  /** To the nearer of the measured runs. */
  readonly ratio: number | null;
  readonly band: string;
  readonly passed: boolean;
}

/** Parts of the measured count that the model may be off. */
const WHOLE: Readonly<Record<ComparedName, number>> = {
  cr3Exits: 0.06,
  invlpgExits: 0.08,
  guestFaults: 0.05,
  unsyncs: 0.1,
  faultExits: 0.12,
  fixedFaults: 0.12,
  emulatedWrites: 0.25,
  tlbFlushes: 0.25,
};
const WORKLOAD: Readonly<Partial<typeof WHOLE>> = { guestFaults: 0.05, faultExits: 0.12, fixedFaults: 0.15 };
/** Exits that nested paging does not have. */
const NOT_NESTED = { cr3Exits: '0x13 CR3 write', invlpgExits: '0x79 INVLPG', faultExits: '0x4e #PF' } as const;

export function compare(file: Measured, shadow: Replayed, nested: Replayed): Check[] {
  const work = shadow.work !== null && file.work !== undefined;
  return [
    ...inBands('whole run', WHOLE, shadow.whole, runsOf(file, file.repeats, 'shadow')),
    ...(work ? inBands('workload', WORKLOAD, shadow.work, runsOf(file.work!, file.work_repeats, 'shadow')) : []),
    ...Object.entries(NOT_NESTED).map(([name, code]): Check => {
      const seen = runsOf(file, file.repeats, 'npt').map((run) => run.by_svm_exit_code[code] ?? 0);
      const found = nested.whole[name as ComparedName];
      const passed = isAbsent(seen, found);
      return { phase: 'nested', counter: code, measured: seen, modelled: found, ratio: null, band: 'none', passed };
    }),
  ];
}

export function runsOf(
  first: MeasuredPhase,
  second: MeasuredPhase | undefined,
  paging: 'npt' | 'shadow',
): MeasuredRun[] {
  return [first[paging], ...(second === undefined ? [] : [second[paging]])];
}

function inBands(
  phase: Check['phase'],
  bands: Readonly<Partial<Record<ComparedName, number>>>,
  counts: Counts,
  runs: readonly MeasuredRun[],
): Check[] {
  return (Object.entries(bands) as [ComparedName, number][]).flatMap(([name, band]) => {
    const seen = runs.map((run) => measured(run, name)).filter((count) => count !== null);
    if (seen.length === 0) return [];
    const found = counts[name];
    return { phase, counter: COMPARED[name], measured: seen, modelled: found, ...inBand(seen, found, band) };
  });
}
