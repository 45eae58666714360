/** Fork, exec and wait: what a new process costs under shadow tables, published and computed, why, and by its size. */
import { exitCycles } from '../../cost/cost-model.js';
import { decimal, NONE, whole } from '../../report/number-text.js';
import { left, right, type Sheet } from '../../report/sheet.js';
import { EXIT_CAUSES, isVmExit, type ExitCause } from '../../vmm/exits.js';
import type { Experiment, Outcome } from '../experiment.js';
import { parts } from '../parts.js';
import {
  byCause,
  costsOf,
  QUICK_SIZES,
  SHADOW,
  sized,
  SIZES,
  WAYS,
  WRITTEN,
  type ByCause,
  type Sized,
} from './costs.js';
import { figures } from './figures.js';
import { clockAt, PUBLISHED, ratioOf, type Ratio } from './published.js';

function answer(ratios: readonly Ratio[], sizes: readonly Sized[]): string[] {
  const banded = ratios.filter(({ band }) => band !== null);
  const text = (row: Ratio): string => {
    const { what, way, base, computed, published, band, verdict } = row;
    return `${what} takes ${decimal(computed, 1)} times as long under ${way.title} tables on ${way.on.machine} as ${base === null ? 'on bare metal' : `under ${base.title} tables`} (published: ${decimal(published, 1)}), ${verdict === 'passed' ? 'inside' : 'outside'} the band of ${band!.join(' to ')}${clockText(row)}`;
  };
  const others = ratios.filter(({ band }) => band === null);
  const below = ratios.filter(({ computed, published }) => computed < published).length;
  const [least, most] = [sizes[0]!, sizes.at(-1)!];
  const grows = WAYS.map(({ title }, way) => {
    const [from, to] = [least, most].map(({ costs }) => count(costs[way]!.exits)) as [string, string];
    return `${from === to ? `stay at ${from}` : `go from ${from} to ${to}`} (${title})`;
  });
  return [
    `${banded.map(text).join('; ')}.`,
    `${others.map(({ what, computed, published }) => `${what}: ${decimal(computed, 1)} (published: ${decimal(published, 1)})`).join(', ')}. ${below} of ${ratios.length} come out below what was published.`,
    `From ${least.pages} to ${most.pages} pages of the process the exits of a fork and wait ${grows.join(', ')}.`,
  ];
}

const ghz = ({ cyclesOfMicrosecond }: Ratio): string => decimal(cyclesOfMicrosecond / 1000, 1);
const clockText = (row: Ratio): string => (row.clockTag === 'M' ? `, at a clock of ${ghz(row)} GHz, from memory` : '');

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
      'Time is that published for the base, and on top the exits and what walks cost more, less what the base itself has of these where it is nested paging.',
      `No price of an exit comes from forkwait or from a row of table 3. On Prescott those by cause come from pgfault, ptemod and in (see nanobench). On Cascade Lake they come from table 1 of PVM; what has no price there (${unpriced(causes).join(', ')}) costs ${whole(exitCycles(costsOf(SHADOW)))} cycles, which are fitted to table 2, a system call with page-table isolation under shadow paging.`,
      'A fork has the faults of lat_proc as Debian 12 has it, measured: also on Prescott, where the time of the base is that of 2006 with programs of then.',
    ],
    sections: [
      { title: 'Published and computed', sheets: [ratioSheet(ratios), causeSheet(causes)] },
      { title: 'By the size of the process', sheets: [sizeSheet(sizes)] },
    ],
    notes: notes(ratios),
    records: {
      ratios: {
        columns: [
          'what',
          'machine',
          'strategy',
          'over',
          'tag',
          'clockTag',
          'source',
          'vmExits',
          'publishedRatio',
          'computedRatio',
          'verdict',
        ],
        records: ratios.map(({ what, way, base, tag, source, exits, published, computed, verdict, clockTag }) => [
          ...[what, way.on.machine, way.strategy, base?.strategy ?? 'native', tag, clockTag, source],
          ...[exits, published, computed, verdict],
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

/** Exits on Cascade Lake that cost what any exit does. */
function unpriced(causes: readonly ByCause[]): ExitCause[] {
  const own = causes.filter(({ way }) => way.on === SHADOW.on);
  const priced = costsOf(SHADOW).exitCyclesByCause ?? {};
  return EXIT_CAUSES.filter(
    (cause) =>
      isVmExit(cause) && priced[cause] === undefined && own.some(({ cost }) => cost.invocations[cause] !== undefined),
  );
}

/** How far the verdict of a ratio hangs on a clock from memory. */
function clockNote(row: Ratio): string {
  const [least, most] = row.band!;
  const at = (ratio: number): string => decimal(clockAt(ratio, row), 2);
  return `${row.what}: published is the time of the base; its cycles take the clock of ${ghz(row)} GHz from memory, and the computed ratio is no better evidence than that. It would be below its band above ${at(least)} GHz, above it below ${at(most)} GHz, and as published at ${at(row.published)} GHz.`;
}

const notes = (ratios: readonly Ratio[]): string[] => [
  ...ratios.filter(({ clockTag, band }) => clockTag === 'M' && band !== null).map(clockNote),
  'Check B7 adds what nested paging costs to the published time under nested paging, which has it already: it differs from fork here by that.',
  'Not in the computed times on Cascade Lake: what bringing tables in sync at a load of CR3 costs has no published price; and user traces do not touch the half of an address space that belongs to the kernel.',
  'exec is a fork and one exec of a program that touches 64 pages, sh a fork and two: how many pages their programs touch, and whether the shell forks again, was not measured. Both are shown, without a band.',
  'Published times of forkwait are from a lecture note, those of PVM from the paper, one container.',
  'The shadow of a table that the guest frees is not given up under write-protect tables. Exits grow with the pages of the leaf table that the child uses and of one that has the frame of such a table; the others are written unseen.',
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
