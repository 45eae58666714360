/** The price of an exit at which shadow and nested paging cost the same, by trace, beside what exits have cost from 2005 on. */
import { COSTS } from '../../config/costs/index.js';
import { exitCycles } from '../../cost/cost-model.js';
import type { Plot } from '../../figures/figure.js';
import { decimal, NONE, whole } from '../../report/number-text.js';
import { left, right } from '../../report/sheet.js';
import type { Experiment, Outcome } from '../experiment.js';
import { HOST_PAGES, MACHINE, points, shadowCostsLess, type Point } from './points.js';

/** Those whose hardware part is in table 1 of Agesen et al., USENIX ATC 2012. */
const GENERATIONS = [
  'prescott-2005',
  'merom-2006',
  'penryn-2008',
  'nehalem-2009',
  'westmere-2010',
  'sandy-bridge-2011',
] as const;

const priceOf = (name: (typeof GENERATIONS)[number]): number => exitCycles(COSTS[name]);

/** The dearest and the cheapest: between them lie the others. */
const CURVES = [GENERATIONS.toSorted((a, b) => priceOf(b) - priceOf(a))].flatMap((all) => [all[0]!, all.at(-1)!]);
const MISSES_PER_EXIT = [0.1, 1e4] as const;

/** Above a line nested paging loses at the exit price of that generation. */
function curves(traces: readonly Point[], programs: readonly Point[]): Plot {
  const drawn = (label: string, all: readonly Point[]) => {
    const shown = all.filter(
      ({ missesPerExit, extraCycles }) => Number.isFinite(missesPerExit) && missesPerExit > 0 && extraCycles > 0,
    );
    return {
      label,
      as: 'points' as const,
      points: shown.map(({ missesPerExit, extraCycles }) => [missesPerExit, extraCycles] as const),
      names: shown.map(({ trace }) => trace),
    };
  };
  return {
    kind: 'xy',
    x: { title: 'TLB misses for each exit that shadow paging has more', scale: 'log10' },
    y: { title: 'cycles that a miss costs more under nested paging', scale: 'log10' },
    series: [
      ...CURVES.map((label) => ({
        label,
        as: 'line' as const,
        points: MISSES_PER_EXIT.map((misses) => [misses, priceOf(label) / misses] as const),
      })),
      drawn('shipped traces', traces),
      drawn('programs', programs),
    ],
  };
}

function cells({ trace, exits, missesPerExit, extraCycles, breakEven }: Point): string[] {
  return [
    ...[
      trace,
      whole(exits),
      Number.isFinite(missesPerExit) ? decimal(missesPerExit, 1) : NONE,
      decimal(extraCycles, 1),
    ],
    breakEven === null ? NONE : whole(breakEven),
  ];
}

const recordOf =
  (kind: string) =>
  ({ trace, exits, missesPerExit, extraCycles, breakEven }: Point): (string | number)[] => [
    ...[kind, trace, exits, Number.isFinite(missesPerExit) ? missesPerExit : '', extraCycles],
    breakEven ?? '',
  ];

function outcome(traces: readonly Point[], programs: readonly Point[]): Outcome {
  const least = Math.min(...GENERATIONS.map(priceOf));
  const nestedWins = traces.filter((point) => !shadowCostsLess(point, least));
  const shadowWins = programs.filter((point) => shadowCostsLess(point, least));
  const nearest = traces
    .filter(({ breakEven }) => breakEven !== null)
    .toSorted((a, b) => b.breakEven! - a.breakEven!)[0];
  return {
    answer: [
      `Nested paging costs less on ${nestedWins.length} of ${traces.length} traces at every exit price from 2005 to 2011, the cheapest of which is ${whole(least)} cycles (${MACHINE}, host pages ${HOST_PAGES}).`,
      ...(nearest === undefined
        ? []
        : [
            `Of the traces shadow paging comes nearest on ${nearest.trace}, where both cost the same at ${whole(nearest.breakEven!)} cycles an exit.`,
          ]),
      `Of ${programs.length} programs that have run for a while, shadow paging costs less on ${shadowWins.length} at ${whole(least)} cycles${shadowWins.length === 0 ? '' : ` (${shadowWins.map(({ trace }) => trace).join(', ')})`}: the crossover lies where TLB misses for each exit, times what a miss costs more, come to the price of an exit.`,
    ],
    introduction: [
      'Nested paging wins where M · dW < N · C: TLB misses, times what a two-dimensional walk costs more, against exits of shadow paging times their price. Counts do not depend on the price, so the crossover of a trace is one division.',
    ],
    sections: [
      {
        title: 'Break-even price of an exit',
        sheets: [
          {
            title: `${MACHINE}, guest pages 4k, host pages ${HOST_PAGES}`,
            columns: [
              ...[
                left('trace, program'),
                right('exits more\nunder shadow'),
                right('misses\nper exit'),
                right('cycles more\nper miss'),
              ],
              right('break-even\ncycles'),
            ],
            groups: [
              {
                heading: 'shipped traces; below the break-even price shadow paging wins',
                rows: traces.map(cells),
              },
              { heading: 'programs, after the first half of their references', rows: programs.map(cells) },
            ],
          },
          {
            title: 'Prices of an exit, hardware and software',
            columns: [left('costs'), right('cycles')],
            groups: [
              { heading: 'as each price file says', rows: GENERATIONS.map((name) => [name, whole(priceOf(name))]) },
            ],
          },
        ],
      },
    ],
    notes: [
      'A negative price: nested paging would cost less even if exits were free; a dash: both exit as often. The figure has no place for either.',
      'Shipped traces are replayed from their first reference, when tables are empty: a walk of shadow tables that ends in a hidden fault is paid too.',
    ],
    records: {
      points: {
        columns: ['kind', 'name', 'shadowExitsMore', 'missesPerExit', 'cyclesMorePerMiss', 'breakEvenCycles'],
        records: [...traces.map(recordOf('trace')), ...programs.map(recordOf('program'))],
      },
    },
    figures: [
      {
        name: 'break-even',
        title: 'Where shadow and nested paging cost the same: M · dW = N · C',
        caption: `Above the line of an exit price shadow paging wins, below it nested paging. Points: what replays on ${MACHINE} with host pages ${HOST_PAGES} come to.`,
        width: 'page',
        plot: curves(traces, programs),
      },
    ],
  };
}

export const breakEven: Experiment = {
  title: 'Where shadow and nested paging change places',
  source:
    'arithmetic over replays; exit prices: hardware part Agesen et al., USENIX ATC 2012, table 1; software part as each price file says',
  run: async (options, progress) => {
    const { traces, programs } = await points(options, progress);
    return outcome(traces, programs);
  },
};
