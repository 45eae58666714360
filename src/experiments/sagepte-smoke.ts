/** The example of the SagePTE artifact: cycles of each reference of a nested walk, and of three designs of the walk. */
import { decimal, whole } from '../report/number-text.js';
import { left, right } from '../report/sheet.js';
import { PAGES, PASSES, REFERENCES } from './checks/published-smoke.js';
import { SMOKE_DESIGNS, smokeConfig, smokeCycles, smokeWalk } from './checks/smoke-walks.js';
import type { Experiment, Outcome } from './experiment.js';

/** In cycles: all references hit the first-level cache. */
const L1_HIT = 4;

interface Row {
  readonly name: string;
  readonly published: number;
  readonly computed: number;
  /** Without the prefetcher. */
  readonly alone: number;
}

/** Of every number, and of the ratio of two walks (published.md, 5.3). */
const [TOLERANCE, RATIO_TOLERANCE] = [0.1, 0.05];
/** Of check B1: the leaves of the two dimensions by a part of them, other references in cycles. */
const [LEAVES, LEAF_TOLERANCE, LEAST, MOST] = [['G4', 'UDH4'], 0.15, 4, 4.45] as const;

const perCent = (computed: number, published: number): number => (100 * computed) / published - 100;
const signed = (value: number): string => `${value > 0 ? '+' : ''}${decimal(value, 1)} %`;
const isWithin = (computed: number, published: number, tolerance: number): boolean =>
  Math.abs(computed / published - 1) <= tolerance;
const isNear = ({ computed, published }: Row): boolean => isWithin(computed, published, TOLERANCE);
const yes = (is: boolean): string => (is ? 'yes' : 'no');

/** As check B1 asks. */
function inBand({ name, computed, published }: Row): boolean {
  if ((LEAVES as readonly string[]).includes(name)) return isWithin(computed, published, LEAF_TOLERANCE);
  return computed >= LEAST && computed <= MOST;
}

const short = ({ name }: Row): string => name.split(',')[0]!;
const named = (rows: readonly Row[]): string => (rows.length === 0 ? 'none' : rows.map(short).join(', '));

/** What of several rows is inside, and which are not. */
function inside(rows: readonly Row[], is: (row: Row) => boolean): string {
  const out = rows.filter((row) => !is(row));
  return `${rows.length - out.length} of ${rows.length}${out.length === 0 ? '' : ` (missed: ${named(out)})`}`;
}

/** The nested walk over each of the others. */
function ratios([nested, ...others]: readonly Row[]): string {
  return others
    .map((other) => {
      const [computed, published] = [nested!.computed / other.computed, nested!.published / other.published];
      return `over ${short(other)} ${decimal(computed, 2)} (published ${decimal(published, 2)}, ${isWithin(computed, published, RATIO_TOLERANCE) ? 'inside' : 'missed'})`;
    })
    .join(', ');
}

function answer(references: readonly Row[], walks: readonly Row[]): string[] {
  const worst = references.reduce((one, other) =>
    Math.abs(perCent(other.computed, other.published)) > Math.abs(perCent(one.computed, one.published)) ? other : one,
  );
  const leaves = references.filter(({ name }) => (LEAVES as readonly string[]).includes(name));
  const far = references.filter(({ computed }) => computed > L1_HIT + 1);
  const [nested] = walks;
  const shorter = walks.filter(({ computed, published }) => computed < published).length;
  const share = leaves.reduce((sum, { computed }) => sum + computed, 0) / nested!.computed;
  return [
    `Walks within ±${whole(100 * TOLERANCE)} % of the artifact: ${inside(walks, isNear)}: ${walks.map((row) => `${short(row)} ${decimal(row.computed, 2)} cycles (published ${decimal(row.published, 2)}, ${signed(perCent(row.computed, row.published))})`).join(', ')}; ${shorter} of ${walks.length} are shorter than published. Ratios of the nested walk, asked within ±${whole(100 * RATIO_TOLERANCE)} %: ${ratios(walks)}.`,
    `References within ±${whole(100 * TOLERANCE)} %: ${inside(references, isNear)}; in the bands of check B1 (${LEAVES.join(' and ')} ±${whole(100 * LEAF_TOLERANCE)} %, others ${decimal(LEAST, 2)} to ${decimal(MOST, 2)} cycles): ${inside(references, inBand)}. The furthest is ${worst.name}: ${decimal(worst.computed, 2)} cycles against ${decimal(worst.published, 2)}.`,
    `More than a cycle above a hit in the first-level cache: ${named(far)}. ${LEAVES.join(' and ')}, the leaves of guest and host for the data, are ${decimal(100 * share, 0)} % of a nested walk.`,
    `All this is with a next-line prefetcher. It was chosen knowing what it does to DMT. Without it: ${walks.map((row) => `${short(row)} ${decimal(row.alone, 2)} cycles (${signed(perCent(row.alone, row.published))} against the published)`).join(', ')}; within ±${whole(100 * TOLERANCE)} %: ${inside(walks, ({ alone, published }) => isWithin(alone, published, TOLERANCE))}.`,
  ];
}

function outcome(references: readonly Row[], walks: readonly Row[]): Outcome {
  const columns = (what: string) => [
    ...[left(what), right('published'), right('computed'), right('off'), left(`inside\n±${whole(100 * TOLERANCE)} %`)],
    right('without\nprefetcher'),
  ];
  const cells = (row: Row): string[] => {
    const { name, published, computed, alone } = row;
    const off = signed(perCent(computed, published));
    return [name, decimal(published, 2), decimal(computed, 2), off, yes(isNear(row)), decimal(alone, 2)];
  };
  const records = (rows: readonly Row[]) =>
    rows.map(({ name, published, computed, alone }) => [name, published, computed, alone]);
  return {
    answer: answer(references, walks),
    introduction: [
      `${PAGES} pages are walked for one after the other, ${PASSES} times, and each page’s data is touched after its walk. No TLB is simulated: there is a walk for each page. The tables lie in the frames that the artifact gives, the processor has its caches and latencies (first level ${L1_HIT} cycles, memory 200) and no walk caches, and the walks share the caches with the data. G1 to G4 are the guest’s entries, GnHm the host’s on the way to the guest’s table n, UDH1 to UDH4 those on the way to the data.`,
    ],
    sections: [
      {
        title: 'The example of the SagePTE artifact',
        sheets: [
          {
            title: 'Mean cycles of a walk',
            columns: columns('design'),
            groups: [{ heading: 'from the same 24 references', rows: walks.map(cells) }],
          },
          {
            title: 'Mean cycles of a reference',
            columns: [...columns('reference'), left('in the band\nof B1')],
            groups: [
              { heading: 'in the order of a walk', rows: references.map((row) => [...cells(row), yes(inBand(row))]) },
            ],
          },
        ],
      },
    ],
    notes: [
      'Not compared: the number of walks, which takes their instruction trace and their TLB.',
      'SagePTE and DMT are sums over the references of a nested walk, as the artifact computes them; neither design is replayed.',
      'The next-line prefetcher is an assumption: the artifact does not say that its caches have one. We took it over from what we know of drcachesim, which theirs is made of, after we had seen its effect on DMT.',
    ],
    records: {
      references: {
        columns: ['reference', 'publishedCycles', 'computedCycles', 'cyclesWithoutPrefetcher'],
        records: records(references),
      },
      walks: {
        columns: ['design', 'publishedCycles', 'computedCycles', 'cyclesWithoutPrefetcher'],
        records: records(walks),
      },
    },
    figures: [
      {
        name: 'references',
        title: 'Cycles of each reference of a nested walk',
        caption: `Example of the SagePTE artifact: ${PAGES} pages, walked for one after the other, ${PASSES} times; no walk caches.`,
        width: 'page',
        plot: {
          kind: 'bars',
          groups: references.map(({ name }) => name),
          groupTitle: 'reference, in the order of a walk',
          y: { title: 'mean cycles', scale: 'linear' },
          series: (['published', 'computed'] as const).map((label) => ({
            label,
            values: references.map((row) => row[label]),
          })),
          line: { at: L1_HIT, label: 'L1 hit' },
        },
      },
      {
        name: 'walks',
        title: 'Cycles of a walk by design',
        caption: 'Sums of the references that each design reads.',
        width: 'column',
        plot: {
          kind: 'bars',
          groups: walks.map(({ name }) => name.split(',')[0]!),
          groupTitle: 'design',
          y: { title: 'mean cycles', scale: 'linear' },
          series: (['published', 'computed'] as const).map((label) => ({
            label,
            values: walks.map((row) => row[label]),
          })),
        },
      },
    ],
  };
}

export const sagepteSmoke: Experiment = {
  title: 'The 24 references of a nested walk, cycle by cycle',
  source: 'SagePTE artifact (amirmnoohi/SagePTE-AE, Simulator/example): expected_analysis.txt',
  run: (_options, progress) => {
    const config = smokeConfig();
    const [cycles, alone] = [true, false].map((prefetches) => {
      const means = smokeCycles(config, prefetches);
      progress(2);
      return means;
    }) as [number[], number[]];
    const references = REFERENCES.map(([name, published], at) => ({
      ...{ name, published, computed: cycles[at]!, alone: alone[at]! },
    }));
    const walks = SMOKE_DESIGNS.map(([name, published, reads]) => ({
      ...{ name, published, computed: smokeWalk(cycles, reads), alone: smokeWalk(alone, reads) },
    }));
    return Promise.resolve(outcome(references, walks));
  },
};
