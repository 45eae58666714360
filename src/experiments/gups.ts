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

/** Gcycles of the Mitosis artifact, figure 6: tables and data local. */
const MITOSIS: Readonly<Record<PageSize, { readonly translation: number; readonly total: number }>> = {
  '4k': { translation: 374.94, total: 454.08 },
  '2m': { translation: 83.12, total: 176.55 },
};
const SIZES: readonly PageSize[] = ['4k', '2m'];

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

/** How many times as long translation takes under nested paging; of what is published: its share of the time on bare metal and the ratio of the times. */
function translationRatios(size: PageSize): { readonly published: number; readonly computed: number } {
  const { translation, total } = MITOSIS[size];
  const share = translation / total;
  const ratio = VMITOSIS.nested[size] / VMITOSIS.native[size];
  const [nested, native] = [updateCycles('nested', size), updateCycles('native', size)];
  return { published: (ratio - (1 - share)) / share, computed: nested.translation / native.translation };
}

function outcome(rows: readonly Ratio[]): Outcome {
  const [small, large, ...bySize] = rows;
  const walks = SIZES.map(translationRatios);
  return {
    answer: [
      `Under nested paging an update takes ${decimal(small!.computed, 2)} times as long as on bare metal with 4 KiB pages (published: ${decimal(small!.published, 2)}), and ${decimal(large!.computed, 2)} times with 2 MiB pages (${decimal(large!.published, 2)}).`,
      `What 2 MiB pages gain comes out at ${bySize.map(({ what, computed, published }) => `${decimal(computed, 2)} (${what}, published ${decimal(published, 2)})`).join(' and ')}.`,
      `The first two agree because errors cancel: walks have too small a share of the time here (B6), and translation takes ${walks.map(({ computed }) => decimal(computed, 1)).join(' and ')} times as long under nested paging where the published shares and ratios imply ${walks.map(({ published }) => decimal(published, 1)).join(' and ')} (4 KiB and 2 MiB).`,
    ],
    introduction: [
      `Workload: ${WORKLOAD}. An update waits for its word, which no cache has, and for its translation; nothing overlaps, so walks have a smaller share of the run time than measured (B6 in CLAIMS.md). Bands for the ratios: B4 and B5.`,
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
    notes: [
      'No number of the artifact was used to set a parameter.',
      'First-level TLBs and walk caches are those of the machine, not a sixteenth of them; sizes of the walk caches are unverified.',
      'Shares of walks are those of the Mitosis artifact, the ratios those of vMitosis: the same kind of machine, not the same runs.',
    ],
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
  source:
    'Panwar et al., vMitosis, ASPLOS 2021, artifact: user-mode cycles of GUPS, local memory; Achermann et al., Mitosis, ASPLOS 2020, artifact: cycles in walks',
  long: true,
  run: (_options, progress: Progress) => {
    for (const [way, size] of CELLS) {
      updateCycles(way, size);
      progress(CELLS.length);
    }
    return Promise.resolve(outcome(ratios()));
  },
};
