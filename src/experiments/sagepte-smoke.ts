/** The example of the SagePTE artifact: cycles of each reference of a nested walk, and of three designs of the walk. */
import { decimal } from '../report/number-text.js';
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

const perCent = (computed: number, published: number): number => (100 * computed) / published - 100;
const signed = (value: number): string => `${value > 0 ? '+' : ''}${decimal(value, 1)} %`;

function answer(references: readonly Row[], walks: readonly Row[]): string[] {
  const worst = references.reduce((one, other) =>
    Math.abs(perCent(other.computed, other.published)) > Math.abs(perCent(one.computed, one.published)) ? other : one,
  );
  const misses = references.toSorted((one, other) => other.computed - one.computed).slice(0, 2);
  const far = references.filter(({ computed }) => computed > L1_HIT + 1);
  const off = walks.map(({ computed, published }) => Math.abs(perCent(computed, published)));
  const [nested] = walks;
  return [
    `The walks come within ${decimal(Math.max(...off), 1)} % of the artifact: ${walks.map(({ name, computed, published }) => `${name.split(',')[0]!} ${decimal(computed, 2)} cycles (published ${decimal(published, 2)})`).join(', ')}. They come out ${walks.every(({ computed, published }) => computed < published) ? 'shorter in all three' : 'on both sides'}.`,
    `The furthest of the ${references.length} references is ${worst.name}: ${decimal(worst.computed, 2)} cycles against ${decimal(worst.published, 2)}. Only ${far.map(({ name }) => name).join(' and ')} cost more than a cycle above a hit in the first-level cache; ${misses.map(({ name }) => name).join(' and ')}, the leaves of guest and host, are ${decimal((100 * misses.reduce((sum, { computed }) => sum + computed, 0)) / nested!.computed, 0)} % of a nested walk.`,
    `Without a next-line prefetcher, which the simulator that theirs is made of has by default, a nested walk takes ${decimal(nested!.alone, 2)} cycles and DMT ${decimal(walks[2]!.alone, 2)}, which is ${signed(perCent(walks[2]!.alone, walks[2]!.published))}.`,
  ];
}

function outcome(references: readonly Row[], walks: readonly Row[]): Outcome {
  const columns = (what: string) => [
    ...[left(what), right('published'), right('computed'), right('off'), right('without\nprefetcher')],
  ];
  const rowsOf = (rows: readonly Row[]): string[][] =>
    rows.map(({ name, published, computed, alone }) => [
      ...[name, decimal(published, 2), decimal(computed, 2), signed(perCent(computed, published)), decimal(alone, 2)],
    ]);
  const records = (rows: readonly Row[]) =>
    rows.map(({ name, published, computed, alone }) => [name, published, computed, alone]);
  return {
    answer: answer(references, walks),
    introduction: [
      `A program touches ${PAGES} pages one after the other, ${PASSES} times, and each touch misses the TLB. The tables lie in the frames that the artifact gives, the processor has its TLBs, caches and latencies (first level ${L1_HIT} cycles, memory 200) and no walk caches, and the walks share the caches with the data. G1 to G4 are the guest’s entries, GnHm the host’s on the way to the guest’s table n, UDH1 to UDH4 those on the way to the data.`,
    ],
    sections: [
      {
        title: 'The example of the SagePTE artifact',
        sheets: [
          {
            title: 'Mean cycles of a walk',
            columns: columns('design'),
            groups: [{ heading: 'from the same 24 references', rows: rowsOf(walks) }],
          },
          {
            title: 'Mean cycles of a reference',
            columns: columns('reference'),
            groups: [{ heading: 'in the order of a walk', rows: rowsOf(references) }],
          },
        ],
      },
    ],
    notes: [
      'Not compared: the number of walks, which takes their instruction trace and their TLB.',
      'SagePTE and DMT are sums over the references of a nested walk, as the artifact computes them; neither design is replayed.',
      'The next-line prefetcher is an assumption about their caches, made from the default of drcachesim, not from the artifact.',
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
        caption: `Example of the SagePTE artifact: ${PAGES} pages, touched one after the other, ${PASSES} times; no walk caches.`,
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
