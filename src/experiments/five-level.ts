/** What a fifth level costs: of the guest's tables, of the host's, of both. */
import { decimal } from '../report/number-text.js';
import type { ResultRow } from '../report/result-row.js';
import { left, right } from '../report/sheet.js';
import type { Experiment, Outcome } from './experiment.js';
import { replays, rowAt } from './replays.js';

const MACHINE = 'amd-zen5';
const STRATEGIES = ['shadow', 'nested'] as const;
/** Levels of guest and host. */
const LEVELS = [
  [4, 4],
  [4, 5],
  [5, 4],
  [5, 5],
] as const;
/** Of user programs: a recording of a full system brings the tables that it had. */
const TRACES = ['memcached', 'sqlite', 'redis', 'xz', 'cc1'] as const;
const QUICK_TRACES = ['memcached', 'sqlite'] as const;

const label = ([guest, host]: (typeof LEVELS)[number]): string => `${guest} on ${host}`;

function outcome(byLevels: readonly (readonly ResultRow[])[]): Outcome {
  const traces = [...new Set(byLevels[0]!.map(({ trace }) => trace))];
  const rowOf = (at: number, trace: string, strategy: string): ResultRow => rowAt(byLevels[at]!, { trace, strategy });
  const refs = (at: number, trace: string): number => {
    const { walkRefs, walks } = rowOf(at, trace, 'nested').counters;
    return walkRefs / walks;
  };
  const rise = (at: number, trace: string): number =>
    (100 * rowOf(at, trace, 'nested').cycles.total) / rowOf(0, trace, 'nested').cycles.total - 100;
  const most = Math.max(...traces.map((trace) => rise(3, trace)));
  return {
    answer: [
      `With walk caches five levels in both dimensions cost nested paging at most ${decimal(most, 1)} % more cycles of translation than four (${MACHINE}), although a walk without caches reads 35 entries instead of 24.`,
    ],
    introduction: [
      'The walk caches of the processor hold what the fifth level would add, so the price of a level is that of a cold cache.',
    ],
    sections: [
      {
        title: `Nested paging on ${MACHINE}`,
        sheets: [
          {
            title: 'References of a walk',
            columns: [left('trace'), ...LEVELS.map((levels) => right(label(levels)))],
            groups: [
              {
                heading: 'levels of guest on levels of host',
                rows: traces.map((trace) => [trace, ...LEVELS.map((_, at) => decimal(refs(at, trace), 3))]),
              },
            ],
          },
          {
            title: 'Cycles above those of four levels on four, in per cent',
            columns: [left('trace'), ...LEVELS.map((levels) => right(label(levels)))],
            groups: [
              {
                heading: 'levels of guest on levels of host',
                rows: traces.map((trace) => [trace, ...LEVELS.map((_, at) => decimal(rise(at, trace), 2))]),
              },
            ],
          },
        ],
      },
    ],
    notes: [],
    records: {
      cycles: {
        columns: ['guestLevels', 'hostLevels', 'trace', 'strategy', 'walks', 'walkRefs', 'totalCycles'],
        records: byLevels.flatMap((rows, at) =>
          rows.map(({ trace, strategy, counters, cycles }) => [
            ...[LEVELS[at]![0], LEVELS[at]![1], trace, strategy, counters.walks, counters.walkRefs, cycles.total],
          ]),
        ),
      },
    },
    figures: [
      {
        name: 'references',
        title: 'References of a nested walk by the levels of guest and host',
        caption: `Levels of the guest's tables on levels of the host's, ${MACHINE} with its walk caches.`,
        width: 'column',
        plot: {
          kind: 'bars',
          groups: traces,
          groupTitle: 'trace',
          y: { title: 'references of a walk', scale: 'linear' },
          series: LEVELS.map((levels, at) => ({
            label: label(levels),
            values: traces.map((trace) => refs(at, trace)),
          })),
        },
      },
    ],
  };
}

export const fiveLevel: Experiment = {
  title: 'Five levels of tables',
  source: 'own; Intel SDM vol. 3A, 4.5: five-level paging',
  long: true,
  run: async (options, progress) => {
    const byLevels: ResultRow[][] = [];
    for (const [guest, host] of LEVELS) {
      const set = [`guest.mode=${guest}level`, `host.mode=${host}level`];
      byLevels.push(
        await replays(
          [{ machine: MACHINE, set }],
          STRATEGIES,
          options,
          (of) => progress(LEVELS.length * of),
          options.quick ? QUICK_TRACES : TRACES,
        ),
      );
    }
    return outcome(byLevels);
  },
};
