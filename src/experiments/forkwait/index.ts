/** Fork, exec and wait: what a new process costs under shadow tables, published and computed, why, and by its size. */
import { decimal, NONE, whole } from '../../report/number-text.js';
import { left, right, type Sheet } from '../../report/sheet.js';
import { EXIT_CAUSES, type ExitCause } from '../../vmm/exits.js';
import type { Experiment, Outcome } from '../experiment.js';
import { parts } from '../parts.js';
import { byCause, QUICK_SIZES, sized, SIZES, WAYS, WRITTEN, type ByCause, type Sized } from './costs.js';
import { figures } from './figures.js';
import { PUBLISHED, ratioOf, type Ratio } from './published.js';

function answer(ratios: readonly Ratio[], sizes: readonly Sized[]): string[] {
  const banded = ratios.filter(({ band }) => band !== null);
  const text = ({ what, way, base, computed, published, band, verdict }: Ratio): string =>
    `${what} takes ${decimal(computed, 1)} times as long under ${way.title} tables on ${way.on.machine} as ${base === null ? 'on bare metal' : `under ${base.title} tables`} (published: ${decimal(published, 1)}), ${verdict === 'passed' ? 'inside' : 'outside'} the band of ${band!.join(' to ')}`;
  const others = ratios.filter(({ band }) => band === null);
  const below = ratios.filter(({ computed, published }) => computed < published).length;
  const [least, most] = [sizes[0]!, sizes.at(-1)!];
  const grows = WAYS.map(
    ({ title }, way) => `${decimal(least.costs[way]!.exits, 1)} to ${decimal(most.costs[way]!.exits, 1)} (${title})`,
  );
  return [
    `${banded.map(text).join('; ')}.`,
    `${others.map(({ what, computed, published }) => `${what}: ${decimal(computed, 1)} (published: ${decimal(published, 1)})`).join(', ')}. ${below} of ${ratios.length} come out below what was published.`,
    `From ${least.pages} to ${most.pages} pages of the process the exits of a fork and wait go from ${grows.join(', ')}.`,
  ];
}

const count = (value: number | undefined): string =>
  value === undefined ? NONE : decimal(value, Number.isInteger(value) ? 0 : 1);

function ratioSheet(ratios: readonly Ratio[]): Sheet {
  return {
    title: 'Time over that of the base',
    columns: [
      ...[left('what'), left('paging'), left('over'), left('machine'), right('exits'), right('published')],
      ...[right('computed'), left('band'), left('verdict')],
    ],
    groups: [
      {
        heading: 'with exit and wait',
        rows: ratios.map(({ what, way, base, exits, published, computed, band, verdict }) => [
          ...[what, way.title, base?.title ?? 'bare metal', way.on.machine, count(exits)],
          ...[decimal(published, 2), decimal(computed, 2), band === null ? NONE : band.join('–'), verdict],
        ]),
      },
    ],
  };
}

function causeSheet(columns: readonly ByCause[]): Sheet {
  const causes = EXIT_CAUSES.filter((cause) => columns.some(({ cost }) => cost.invocations[cause] !== undefined));
  const row = (cause: ExitCause): string[] => [cause, ...columns.map(({ cost }) => count(cost.invocations[cause]))];
  return {
    title: 'Exits by cause of a fork, exit and wait, and of one with an exec',
    columns: [left('cause'), ...columns.map(({ name, way }) => right(`${name},\n${way.title}`))],
    groups: [
      {
        heading: 'write-protect on intel-prescott, the others on intel-cascadelake',
        rows: [...causes.map(row), ['all', ...columns.map(({ cost }) => count(cost.exits))]],
      },
    ],
  };
}

function sizeSheet(sizes: readonly Sized[]): Sheet {
  return {
    title: `A process that forks and waits, by its pages; ${WRITTEN} are written by both`,
    columns: [
      right('pages'),
      ...WAYS.map(({ title }) => right(`${title},\nexits`)),
      ...WAYS.map(({ title }) => right(`${title},\ncycles added`)),
    ],
    groups: [
      {
        heading: 'of one fork, exit and wait',
        rows: sizes.map(({ pages, costs }) => [
          ...[whole(pages), ...costs.map(({ exits }) => count(exits))],
          ...costs.map(({ added }) => whole(added)),
        ]),
      },
    ],
  };
}

function outcome(ratios: readonly Ratio[], causes: readonly ByCause[], sizes: readonly Sized[]): Outcome {
  return {
    answer: answer(ratios, sizes),
    introduction: [
      'A fork copies the page tables of a process and takes the right to write from both copies, so that parent and child fault on what they write; shadow tables have to follow each of these changes. forkwait of 2006 compares the first hardware VMM, whose shadow tables catch every write, with bare metal; LMbench of 2023 compares shadow with nested tables of KVM.',
      'Time is that published for the base, and on top the exits at published prices and what walks cost more. A fork has the faults that were measured of lat_proc; the prices by cause on Prescott come from pgfault, ptemod and in (see nanobench), none from forkwait.',
    ],
    sections: [
      { title: 'Published and computed', sheets: [ratioSheet(ratios), causeSheet(causes)] },
      { title: 'By the size of the process', sheets: [sizeSheet(sizes)] },
    ],
    notes: NOTES,
    records: {
      ratios: {
        columns: [
          'what',
          'machine',
          'strategy',
          'over',
          'tag',
          'source',
          'vmExits',
          'publishedRatio',
          'computedRatio',
          'verdict',
        ],
        records: ratios.map(({ what, way, base, tag, source, exits, published, computed, verdict }) => [
          ...[what, way.on.machine, way.strategy, base?.strategy ?? 'native', tag, source, exits, published, computed],
          verdict,
        ]),
      },
      causes: {
        columns: ['operation', 'machine', 'strategy', 'cause', 'count'],
        records: causes.flatMap(({ name, way, cost }) =>
          Object.entries(cost.invocations).map(([cause, times]) => [name, way.on.machine, way.strategy, cause, times]),
        ),
      },
      sizes: {
        columns: ['pages', 'machine', 'strategy', 'vmExits', 'addedCycles'],
        records: sizes.flatMap(({ pages, costs }) =>
          WAYS.map(({ on, strategy }, at) => [pages, on.machine, strategy, costs[at]!.exits, costs[at]!.added]),
        ),
      },
    },
    figures: figures(ratios, sizes),
  };
}

const NOTES = [
  'Fork misses its band on Cascade Lake as check B7 does: what bringing tables in sync at a load of CR3 costs has no published price, and user traces do not touch the half of an address space that belongs to the kernel.',
  'exec is a fork and one exec of a program that touches 64 pages, sh a fork and two: how many pages their programs touch, and whether the shell forks again, was not measured. Both are shown, without a band.',
  'Published times of forkwait are from a lecture note, those of PVM from the paper, one container. Its time under nested tables is taken for that on bare metal.',
  'The shadow of a table that the guest frees is not given up under write-protect tables. Exits grow with the pages of the leaf table that the child uses and of one that has the frame of such a table; the others are written unseen, so that they stop growing at two leaf tables.',
  'By size: user pages alone, all present before the first fork. Time on bare metal by size is not known, so no ratio is given.',
];

export const forkwait: Experiment = {
  title: 'Fork, exec and wait under shadow and nested tables',
  source: 'Adams & Agesen, ASPLOS 2006: forkwait, 106.4 s over 6.0 s; PVM, SOSP 2023, table 3: fork, exec, sh',
  run: async (options, progress) => {
    const wanted = options.quick ? QUICK_SIZES : SIZES;
    const step = (): void => progress(PUBLISHED.length + 1 + wanted.length);
    const ratios = await parts(PUBLISHED, ratioOf, options, step);
    const [causes] = await parts([0], byCause, options, step);
    return outcome(ratios, causes!, await parts(wanted, sized, options, step));
  },
};
