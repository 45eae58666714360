/** What larger pages of the host and of the guest give to each way of paging. */
import { decimal } from '../report/number-text.js';
import type { ResultRow } from '../report/result-row.js';
import { left, right } from '../report/sheet.js';
import type { Experiment, Outcome } from './experiment.js';
import { geometricMean } from './geometric-mean.js';
import { replays, rowAt } from './replays.js';

const MACHINE = 'amd-zen4';
const STRATEGIES = ['native', 'shadow', 'nested'] as const;
const SIZES = [
  { guestPages: '4k', hostPages: '4k' },
  { guestPages: '4k', hostPages: '2m' },
  { guestPages: 'thp', hostPages: '4k' },
  { guestPages: 'thp', hostPages: '2m' },
] as const;

const label = ({ guestPages, hostPages }: { guestPages: string; hostPages: string }): string =>
  `${guestPages} on ${hostPages}`;

function outcome(bySize: readonly (readonly ResultRow[])[]): Outcome {
  const traces = [...new Set(bySize[0]!.map(({ trace }) => trace))];
  const perRef = (size: number, trace: string, strategy: string): number =>
    rowAt(bySize[size]!, { trace, strategy }).cycles.perKiloRef;
  const gain = (strategy: string): number =>
    geometricMean(traces.map((trace) => perRef(0, trace, strategy) / perRef(3, trace, strategy)));
  const last = SIZES.length - 1;
  return {
    answer: [
      `Huge pages in both dimensions make translation cheaper by ${decimal(gain('nested'), 1)} times under nested paging, by ${decimal(gain('shadow'), 1)} under shadow paging and by ${decimal(gain('native'), 1)} on bare metal, in the mean over the traces (${MACHINE}).`,
      `With them nested paging costs less than shadow paging on ${traces.filter((trace) => perRef(last, trace, 'nested') < perRef(last, trace, 'shadow')).length} of ${traces.length} traces.`,
    ],
    introduction: [
      'Pages of 4 KiB or transparent huge pages in the guest, on host pages of 4 KiB or 2 MiB. A TLB entry is for the smaller of the two pages that it translates.',
      'Traces of a full system bring their own tables: there the guest pages are as they were recorded.',
    ],
    sections: [
      {
        title: `Cycles of translation by 1000 references, ${MACHINE}`,
        sheets: STRATEGIES.map((strategy) => ({
          title: strategy,
          columns: [left('trace'), ...SIZES.map((size) => right(label(size)))],
          groups: [
            {
              heading: 'guest pages on host pages',
              rows: traces.map((trace) => [trace, ...SIZES.map((_, at) => decimal(perRef(at, trace, strategy), 1))]),
            },
          ],
        })),
      },
    ],
    notes: [
      'Exits for first touches of host pages are in these cycles: a host page of 2 MiB is touched first once for 512 small ones.',
    ],
    records: {
      cycles: {
        columns: ['guestPages', 'hostPages', 'trace', 'strategy', 'cyclesPerKiloRef', 'walkRefs', 'walks', 'vmExits'],
        records: bySize.flatMap((rows, at) =>
          rows.map(({ trace, strategy, cycles, counters }) => [
            ...[SIZES[at]!.guestPages, SIZES[at]!.hostPages, trace, strategy, cycles.perKiloRef],
            ...[counters.walkRefs, counters.walks, counters.vmExits],
          ]),
        ),
      },
    },
    figures: [
      {
        name: 'nested-by-page-size',
        title: 'Nested paging by page size: cycles of translation by 1000 references',
        caption: `Guest pages on host pages, ${MACHINE}.`,
        width: 'page',
        plot: {
          kind: 'bars',
          groups: traces,
          groupTitle: 'trace',
          y: { title: 'cycles by 1000 references', scale: 'linear' },
          series: SIZES.map((size, at) => ({
            label: label(size),
            values: traces.map((trace) => perRef(at, trace, 'nested')),
          })),
        },
      },
    ],
  };
}

export const pageSizes: Experiment = {
  title: 'Large pages under shadow and nested paging',
  source:
    'Bhargava et al., ASPLOS 2008, and VMware RVI and EPT white papers: large pages reduce the cost of TLB misses',
  long: true,
  run: async (options, progress) => {
    const bySize: ResultRow[][] = [];
    for (const size of SIZES)
      bySize.push(
        await replays([{ machine: MACHINE, ...size }], STRATEGIES, options, (of) => progress(SIZES.length * of)),
      );
    return outcome(bySize);
  },
};
