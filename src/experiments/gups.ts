/** GUPS on Cascade Lake against the artifacts of Mitosis and vMitosis: what nested paging and page sizes make of its run time. */
import { decimal } from '../report/number-text.js';
import { left, right } from '../report/sheet.js';
import { updateCycles, WORKLOAD, type PageSize } from './checks/gups-time.js';
import type { Experiment, Outcome, Progress } from './experiment.js';

const CELLS = [
  ['native', '4k'],
  ['native', '2m'],
  ['nested', '4k'],
  ['nested', '2m'],
] as const;
type Way = (typeof CELLS)[number][0];

/** Gcycles of user mode. */
const VMITOSIS: Readonly<Record<Way, Readonly<Record<PageSize, number>>>> = {
  native: { '4k': 272.965, '2m': 132.942 },
  nested: { '4k': 540.968, '2m': 163.202 },
};

interface Ratio {
  readonly what: string;
  readonly published: number;
  readonly computed: number;
}

function ratios(): Ratio[] {
  const time = (way: Way, size: PageSize): number => updateCycles(way, size).total;
  const of = (what: string, [a, b]: readonly [Way, PageSize], [c, d]: readonly [Way, PageSize]): Ratio => ({
    what,
    published: VMITOSIS[a][b] / VMITOSIS[c][d],
    computed: time(a, b) / time(c, d),
  });
  return [
    of('nested / native, 4K', ['nested', '4k'], ['native', '4k']),
    of('nested / native, 2M', ['nested', '2m'], ['native', '2m']),
    of('native 4K / 2M', ['native', '4k'], ['native', '2m']),
    of('nested 4K / 2M', ['nested', '4k'], ['nested', '2m']),
  ];
}

function outcome(rows: readonly Ratio[]): Outcome {
  const [small, large] = rows;
  return {
    answer: [
      `Under nested paging an update takes ${decimal(small!.computed, 2)} times as long as on bare metal with 4 KiB pages (published: ${decimal(small!.published, 2)}), and ${decimal(large!.computed, 2)} times with 2 MiB pages (${decimal(large!.published, 2)}).`,
    ],
    introduction: [
      `Workload: ${WORKLOAD}. An update waits for its word, which no cache has, and for its translation; nothing overlaps, so shares of walks in the run time come out too small (B6 in CLAIMS.md) while ratios do not.`,
    ],
    sections: [
      {
        title: 'GUPS on intel-cascadelake',
        sheets: [
          {
            title: 'Ratios of run time',
            columns: [left('ratio'), right('published'), right('computed')],
            groups: [
              {
                heading: 'vMitosis artifact, ASPLOS 2021',
                rows: rows.map(({ what, published, computed }) => [what, decimal(published, 2), decimal(computed, 2)]),
              },
            ],
          },
          {
            title: 'Cycles of an update',
            columns: [left('paging'), right('translation'), right('all')],
            groups: [
              {
                heading: 'computed',
                rows: CELLS.map(([way, size]) => {
                  const { translation, total } = updateCycles(way, size);
                  return [`${way}, ${size}`, decimal(translation, 1), decimal(total, 1)];
                }),
              },
            ],
          },
        ],
      },
    ],
    notes: ['No number of the artifact was used to set a parameter.'],
    records: {
      ratios: {
        columns: ['ratio', 'published', 'computed'],
        records: rows.map(({ what, published, computed }) => [what, published, computed]),
      },
      cycles: {
        columns: ['strategy', 'pages', 'translationCycles', 'totalCycles'],
        records: CELLS.map(([way, size]) => {
          const { translation, total } = updateCycles(way, size);
          return [way, size, translation, total];
        }),
      },
    },
    figures: [
      {
        name: 'ratios',
        title: 'GUPS: ratios of run time, published and computed',
        caption: 'Cascade Lake. Published: artifact of vMitosis (Panwar et al., ASPLOS 2021), cycles of user mode.',
        width: 'column',
        plot: {
          kind: 'bars',
          groups: rows.map(({ what }) => what),
          groupTitle: 'run time of one over the other',
          y: { title: 'ratio', scale: 'linear' },
          series: (['published', 'computed'] as const).map((label) => ({
            label,
            values: rows.map((row) => row[label]),
          })),
        },
      },
    ],
  };
}

export const gups: Experiment = {
  title: 'GUPS under nested paging, by page size',
  source: 'Panwar et al., vMitosis, ASPLOS 2021, artifact: user-mode cycles of GUPS, local memory',
  long: true,
  run: (_options, progress: Progress) => {
    for (const [way, size] of CELLS) {
      updateCycles(way, size);
      progress(CELLS.length);
    }
    return Promise.resolve(outcome(ratios()));
  },
};
