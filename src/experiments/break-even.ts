/** The price of an exit at which shadow and nested paging cost the same, by trace, beside what exits have cost from 2005 on. */
import { COSTS } from '../config/costs/index.js';
import { breakEvenExitCycles } from '../cost/break-even.js';
import { exitCycles, walkingCycles } from '../cost/cost-model.js';
import type { Plot } from '../figures/figure.js';
import { decimal, NONE, whole } from '../report/number-text.js';
import type { ResultRow } from '../report/result-row.js';
import { left, right } from '../report/sheet.js';
import type { Experiment, Outcome } from './experiment.js';
import { replays, rowAt } from './replays.js';

const MACHINE = 'intel-skylake';
/** First touches of host pages are not what is argued about: 2 MiB pages of the host leave few of them. */
const HOST_PAGES = '2m';
/** Exit prices of a generation each, measured: USENIX ATC 2012. */
const GENERATIONS = ['prescott-2005', 'penryn-2008', 'nehalem-2009', 'sandy-bridge-2011'] as const;

interface Point {
  readonly trace: string;
  /** Exits of shadow paging beyond those of nested paging. */
  readonly exits: number;
  /** TLB misses under nested paging, for each of those exits. */
  readonly missesPerExit: number;
  /** Cycles that a miss costs more under nested paging. */
  readonly extraCycles: number;
  /** Cycles of an exit; null: both exit as often. */
  readonly breakEven: number | null;
}

function pointOf(trace: string, shadow: ResultRow, nested: ResultRow): Point {
  const exits = shadow.counters.vmExits - nested.counters.vmExits;
  const misses = nested.counters.walks;
  return {
    ...{
      trace,
      exits,
      missesPerExit: misses / exits,
      extraCycles: (walkingCycles(nested.cycles) - walkingCycles(shadow.cycles)) / misses,
    },
    breakEven: breakEvenExitCycles(
      { exits: shadow.counters.vmExits, cycles: shadow.cycles },
      { exits: nested.counters.vmExits, cycles: nested.cycles },
    ),
  };
}

const priceOf = (name: (typeof GENERATIONS)[number]): number => exitCycles(COSTS[name]);

const MISSES_PER_EXIT = [1, 1e5] as const;

/** Above a line nested paging loses at the exit price of that generation. */
function curves(): Plot {
  return {
    kind: 'xy',
    x: { title: 'TLB misses for each exit that shadow paging has more', scale: 'log10' },
    y: { title: 'cycles that a miss costs more under nested paging', scale: 'log10' },
    series: GENERATIONS.map((label) => ({
      label,
      as: 'line',
      points: MISSES_PER_EXIT.map((misses) => [misses, priceOf(label) / misses] as const),
    })),
  };
}

function outcome(points: readonly Point[]): Outcome {
  const known = points.filter(({ breakEven }) => breakEven !== null);
  const least = Math.min(...GENERATIONS.map(priceOf));
  const nestedWins = known.filter(({ breakEven }) => breakEven! < least).length;
  const most = known.reduce((a, b) => (a.breakEven! > b.breakEven! ? a : b));
  return {
    answer: [
      `Nested paging costs less on ${nestedWins} of ${known.length} traces at every exit price from 2005 to 2011, the cheapest of which is ${whole(least)} cycles (${MACHINE}, host pages ${HOST_PAGES}).`,
      `Shadow paging comes nearest on ${most.trace}, where an exit would have to cost ${whole(most.breakEven!)} cycles or less.`,
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
                left('trace'),
                right('exits more\nunder shadow'),
                right('misses\nper exit'),
                right('cycles more\nper miss'),
              ],
              right('break-even\ncycles'),
            ],
            groups: [
              {
                heading: 'below the break-even price shadow paging wins',
                rows: points.map(({ trace, exits, missesPerExit, extraCycles, breakEven }) => [
                  ...[trace, whole(exits), decimal(missesPerExit, 1), decimal(extraCycles, 1)],
                  breakEven === null ? NONE : whole(breakEven),
                ]),
              },
            ],
          },
          {
            title: 'What an exit has cost, hardware and software',
            columns: [left('costs'), right('cycles')],
            groups: [
              { heading: 'as each price file says', rows: GENERATIONS.map((name) => [name, whole(priceOf(name))]) },
            ],
          },
        ],
      },
    ],
    notes: ['A negative price: nested paging would cost less even if exits were free.'],
    records: {
      points: {
        columns: ['trace', 'shadowExitsMore', 'missesPerExit', 'cyclesMorePerMiss', 'breakEvenCycles'],
        records: points.map(({ trace, exits, missesPerExit, extraCycles, breakEven }) => [
          ...[trace, exits, missesPerExit, extraCycles],
          breakEven ?? '',
        ]),
      },
    },
    figures: [
      {
        name: 'break-even',
        title: 'Where shadow and nested paging cost the same: M · dW = N · C',
        caption: 'Above the line of an exit price shadow paging wins, below it nested paging.',
        width: 'page',
        plot: curves(),
      },
    ],
  };
}

export const breakEven: Experiment = {
  title: 'Where shadow and nested paging change places',
  source: 'arithmetic over replays; exit prices: Agesen et al., USENIX ATC 2012, table 1',
  run: async (options, progress) => {
    const rows = await replays([{ machine: MACHINE, hostPages: HOST_PAGES }], ['shadow', 'nested'], options, progress);
    const traces = [...new Set(rows.map(({ trace }) => trace))];
    return outcome(
      traces.map((trace) =>
        pointOf(trace, rowAt(rows, { trace, strategy: 'shadow' }), rowAt(rows, { trace, strategy: 'nested' })),
      ),
    );
  },
};
