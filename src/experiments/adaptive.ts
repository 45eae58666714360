/** What strategies make of programs after a warm-up: walks, exits and cycles. */
import type { StrategyName } from '../paging/index.js';
import type { Plot } from '../figures/figure.js';
import { decimal, whole } from '../report/number-text.js';
import { LENGTH, MACHINE, PROGRAMS, type Length } from './checks/adaptive-workloads.js';
import { configOf, stretchOf, warmAndWhole, type Recorded } from './checks/replay.js';
import { record } from './checks/workloads.js';
import type { ExperimentOptions } from './experiment.js';
import { parts } from './parts.js';

export interface Way {
  readonly title: string;
  readonly strategy: StrategyName;
  readonly set?: readonly string[];
}

export interface Measured {
  readonly refs: number;
  readonly walks: number;
  /** Entries that walks read. */
  readonly walkRefs: number;
  /** Entries that they would read without walk caches and nested TLB: those, and what was saved. */
  readonly uncachedRefs: number;
  readonly exits: number;
  /** Of these, for the first touch of a host page under nested tables. */
  readonly nestedFaults: number;
  readonly moves: number;
  /** Of address translation and the VMM. */
  readonly cycles: number;
}

/** No interval ends with the warm-up: what a move costs would be counted, and the move not. */
const QUICK_LENGTH: Length = { refs: 500_000, warmUp: 300_000, interval: 70_000 };
const QUICK_PROGRAMS: readonly string[] = ['database', 'boot-events'];

export const lengthOf = (quick: boolean): Length => (quick ? QUICK_LENGTH : LENGTH);

export interface Subject {
  readonly name: string;
  /** @param refs about so many references */
  readonly record: (refs: number) => Recorded;
}

/** Those of check S8. */
export const subjectsOf = (quick: boolean): readonly Subject[] =>
  PROGRAMS.filter(({ name }) => !quick || QUICK_PROGRAMS.includes(name)).map((program) => ({
    name: program.name,
    record: (refs) => record(program, refs),
  }));

export const setting = ({ refs, warmUp, interval }: Length): string =>
  `${MACHINE}, 4 KiB pages in both dimensions, ${whole(refs - warmUp)} references after ${whole(warmUp)} of warm-up, intervals of ${whole(interval)} references`;

export function measured(trace: Recorded, { warmUp, interval }: Length, { strategy, set = [] }: Way): Measured {
  const config = configOf({ machine: MACHINE, set: [`vmm.intervalRefs=${interval}`, ...set] });
  const { warm, whole: all } = warmAndWhole(trace, warmUp, strategy, config);
  const since = (value: (result: typeof all) => number): number => value(all) - value(warm);
  const count = (name: keyof typeof all.counters): number => since(({ counters }) => counters[name]);
  return {
    refs: count('refs'),
    walks: count('walks'),
    walkRefs: count('walkRefs'),
    uncachedRefs: count('walkRefs') + count('walkCacheSkippedRefs') + count('nestedTlbSkippedRefs'),
    exits: count('vmExits'),
    nestedFaults: count('nestedFaults'),
    moves: count('movesToNested') + count('movesToShadow'),
    cycles: since((result) => stretchOf(result, config).total),
  };
}

/** By program and way, where every program has every way. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, Measured>>;

export async function tableOf(
  subjects: readonly Subject[],
  ways: readonly Way[],
  length: Length,
  options: ExperimentOptions,
  step: () => void,
): Promise<Table> {
  const table = new Map<string, ReadonlyMap<string, Measured>>();
  for (const subject of subjects) {
    const trace = subject.record(length.refs);
    const cells = await parts(ways, (way) => [way.title, measured(trace, length, way)] as const, options, step);
    table.set(subject.name, new Map(cells));
  }
  return table;
}

export function better(ways: ReadonlyMap<string, Measured>): number {
  return Math.min(ways.get('shadow')!.cycles, ways.get('nested')!.cycles);
}

/** Cycles of each program under some ways, over those of the better of shadow and nested paging. */
export function overTheBetter(table: Table, shown: readonly { readonly label: string; readonly way: string }[]): Plot {
  return {
    kind: 'bars',
    groups: [...table.keys()],
    groupTitle: 'program',
    y: { title: 'over the better', scale: 'linear' },
    series: shown.map(({ label, way }) => ({
      label,
      values: [...table.values()].map((ways) => ways.get(way)!.cycles / better(ways)),
    })),
    line: { at: 1, label: 'the better' },
  };
}

/** "3.0 % more" for a ratio of 1.03. */
export function more(ratio: number): string {
  const percents = 100 * ratio - 100;
  const text = decimal(Math.abs(percents), 1);
  return text === '0.0' ? 'as much' : `${text} % ${percents > 0 ? 'more' : 'less'}`;
}
