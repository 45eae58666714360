/** Processors from 2005 to 2024: which of shadow and nested paging costs less on each, by trace. */
import { MACHINES } from '../config/machines/index.js';
import { decimal, NONE } from '../report/number-text.js';
import { isExcluded, type ResultRow } from '../report/result-row.js';
import { left, right } from '../report/sheet.js';
import type { Experiment, Outcome } from './experiment.js';
import { geometricMean } from './geometric-mean.js';
import { replays, rowAt } from './replays.js';

const STRATEGIES = ['native', 'shadow', 'nested'] as const;
const QUICK_MACHINES = ['intel-nehalem', 'amd-barcelona', 'amd-zen4'];

interface Compared {
  readonly machine: string;
  readonly year: number;
  readonly trace: string;
  readonly native: number;
  readonly shadow: number;
  /** null: the processor has no nested paging. */
  readonly nested: number | null;
}

const machines = (quick: boolean): string[] =>
  Object.keys(MACHINES)
    .filter((name) => (quick ? QUICK_MACHINES.includes(name) : name !== 'yardstick'))
    .toSorted((a, b) => yearOf(a) - yearOf(b));

const yearOf = (machine: string): number => MACHINES[machine as keyof typeof MACHINES].year;

function compared(rows: readonly ResultRow[]): Compared[] {
  return rows
    .filter(({ strategy }) => strategy === 'native')
    .map(({ machine, trace, cycles }) => {
      const [shadow, nested] = (['shadow', 'nested'] as const).map((strategy) =>
        rowAt(rows, { machine, trace, strategy }),
      );
      return {
        ...{ machine, trace, year: yearOf(machine), native: cycles.total, shadow: shadow!.cycles.total },
        nested: isExcluded(nested!) ? null : nested!.cycles.total,
      };
    });
}

/** Shadow over nested, by geometric mean; null where nothing is to be compared. */
function meanRatio(rows: readonly Compared[]): number | null {
  const ratios = rows.flatMap(({ shadow, nested }) => (nested === null ? [] : [shadow / nested]));
  return ratios.length === 0 ? null : geometricMean(ratios);
}

function outcome(rows: readonly Compared[]): Outcome {
  const names = [...new Set(rows.map(({ machine }) => machine))];
  const traces = [...new Set(rows.map(({ trace }) => trace))];
  const of = (machine: string): Compared[] => rows.filter((row) => row.machine === machine);
  const means = names.map((machine) => ({ machine, year: yearOf(machine), ratio: meanRatio(of(machine)) }));
  const known = means.filter(({ ratio }) => ratio !== null);
  const ratios = (machine: string): number[] => of(machine).map(({ shadow, nested }) => shadow / nested!);
  const wins = rows.filter(({ shadow, nested }) => nested !== null && nested < shadow).length;
  const all = rows.filter(({ nested }) => nested !== null).length;
  const [least, most] = [
    known.reduce((a, b) => (a.ratio! < b.ratio! ? a : b)),
    known.reduce((a, b) => (a.ratio! > b.ratio! ? a : b)),
  ];
  return {
    answer: [
      `Nested paging costs less in ${wins} of ${all} pairs of a trace and a processor that has both.`,
      `In the mean over the traces shadow paging costs from ${decimal(least.ratio!, 1)} (${least.machine}, ${least.year}) to ${decimal(most.ratio!, 1)} times as much as nested paging (${most.machine}, ${most.year}).`,
    ],
    introduction: [
      'Every shipped trace on every processor, with its own TLBs, walk caches, caches and the published exit price of its generation; 4 KiB pages in both dimensions. Cycles are those of address translation and of the VMM.',
    ],
    sections: [
      {
        title: 'Shadow over nested paging, cycles',
        sheets: [
          {
            title: 'above 1 nested paging costs less',
            columns: [left('machine'), right('year'), ...traces.map((trace) => right(trace)), right('mean')],
            groups: [
              {
                heading: 'by year',
                rows: means.map(({ machine, year, ratio }) => [
                  ...[machine, String(year)],
                  ...of(machine).map(({ shadow, nested }) => (nested === null ? NONE : decimal(shadow / nested, 2))),
                  ratio === null ? NONE : decimal(ratio, 2),
                ]),
              },
            ],
          },
        ],
      },
    ],
    notes: [
      `${NONE}: the processor has no nested paging.`,
      'The boot is captured through a filter of 512 pages: inexact, in the same way on each processor.',
    ],
    records: {
      cycles: {
        columns: ['machine', 'year', 'trace', 'nativeCycles', 'shadowCycles', 'nestedCycles'],
        records: rows.map(({ machine, year, trace, native, shadow, nested }) => [
          ...[machine, year, trace, native, shadow],
          nested ?? '',
        ]),
      },
    },
    figures: [
      {
        name: 'shadow-over-nested',
        title: 'Cycles under shadow paging over those under nested paging, by processor',
        caption: 'Geometric mean of the traces, and the traces with the least and the most.',
        width: 'page',
        plot: {
          kind: 'dots',
          rows: known.map(({ machine, year }) => `${machine} (${year})`),
          x: { title: 'shadow over nested', scale: 'log10' },
          series: [
            { label: 'mean', values: known.map(({ ratio }) => ratio) },
            { label: 'least of the traces', values: known.map(({ machine }) => Math.min(...ratios(machine))) },
            { label: 'most', values: known.map(({ machine }) => Math.max(...ratios(machine))) },
          ],
          line: { at: 1, label: 'equal' },
        },
      },
    ],
  };
}

export const generations: Experiment = {
  title: 'Shadow against nested paging on processors from 2005 to 2024',
  source: 'own; exit prices by generation from Agesen et al., USENIX ATC 2012, and as each price file says',
  long: true,
  run: async (options, progress) =>
    outcome(
      compared(
        await replays(
          machines(options.quick).map((machine) => ({ machine })),
          STRATEGIES,
          options,
          progress,
        ),
      ),
    ),
};
