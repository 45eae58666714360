/** Where a guest's allocator scatters the frames of neighbouring pages, and what keeping eight together gives to nested walks. */
import { decimal, NONE, percent } from '../../report/number-text.js';
import { left, right } from '../../report/sheet.js';
import type { Experiment, Outcome } from '../experiment.js';
import { cacheShare, GROUP, MACHINE, streamed, type Layout, type Streamed } from './stream.js';

const PAGES = { full: 16_384, quick: 4096 };
const PROCESSES = { full: [1, 2, 4, 8, 16], quick: [1, 8] };
const SERVED = ['L1', 'L2', 'L3', 'memory'] as const;

/** One way in which frames are given out, without and with reservation. */
interface Pattern {
  readonly label: string;
  /** Lines for 8 pages by derivation, without reservation; null: none was derived. */
  readonly derived: number | null;
  readonly plain: Streamed;
  readonly reserved: Streamed;
}

function pattern({ processes, scattered }: Omit<Layout, 'reserved'>, pages: number, step: () => void): Pattern {
  const [plain, reserved] = [false, true].map((kept) => {
    const result = streamed({ processes, scattered, reserved: kept }, pages);
    step();
    return result;
  }) as [Streamed, Streamed];
  return {
    ...{ label: scattered ? 'scattered' : String(processes), plain, reserved },
    derived: scattered ? null : Math.min(processes, GROUP),
  };
}

const saving = ({ plain, reserved }: Pattern): number => 1 - reserved.walkCycles / plain.walkCycles;
const named = ({ label }: Pattern): string =>
  label === 'scattered' ? 'scattered frames' : `${label} process${label === '1' ? '' : 'es'}`;

function answer(patterns: readonly Pattern[]): string[] {
  const derived = patterns.filter((one) => one.derived !== null);
  const off = Math.max(...derived.map(({ plain, derived: ideal }) => Math.abs(plain.linesPerGroup / ideal! - 1)));
  const list = (of: (streamed: Streamed) => number): string =>
    derived.map(({ plain }) => decimal(of(plain), 2)).join(', ');
  const exact = derived.filter(({ plain, derived: ideal }) => plain.meanOfGroup === ideal);
  const kept = patterns.filter(({ reserved }) => reserved.linesPerGroup === 1 && reserved.mostOfGroup === 1);
  const best = patterns.reduce((one, other) => (saving(other) > saving(one) ? other : one));
  const gain = (one: Pattern): string =>
    `from ${decimal(one.plain.walkCycles, 1)} to ${decimal(one.reserved.walkCycles, 1)} cycles (${percent(Math.abs(saving(one)))} ${saving(one) < 0 ? 'more' : 'less'})`;
  const processes = derived.map(({ label }) => label).join(', ');
  return [
    `Derived are min(k, ${GROUP}) lines of host leaf entries for ${GROUP} aligned pages where k processes take frames in turn: ${derived.map(({ derived: ideal }) => ideal).join(', ')} for ${processes} processes. Measured means are ${list(({ meanOfGroup }) => meanOfGroup)}: ${exact.length === derived.length ? 'exactly as derived' : `the exact value is missed in ${derived.length - exact.length} of ${derived.length} cases`}. The derivation takes runs of frames to begin where a line of entries begins; we read the difference as runs that begin anywhere, which was not tested.`,
    `The weaker count, different lines of the whole stream for each ${GROUP} pages of it, is ${list(({ linesPerGroup }) => linesPerGroup)}: within ${percent(off)} of what was derived. A reading of the rest, not tested: the guest’s page tables take frames in between.`,
    `With ${GROUP} frames reserved each ${GROUP} aligned pages have exactly 1 line in ${kept.length} of ${patterns.length} cases.`,
    `Reservation helps most with ${named(best)}: it takes a walk of the stream ${gain(best)}. With ${named(patterns[0]!)} it is ${gain(patterns[0]!)}.`,
  ];
}

function outcome(patterns: readonly Pattern[], pages: number): Outcome {
  const both = ({ plain, reserved }: Pattern): readonly Streamed[] => [plain, reserved];
  const bars = (value: (one: Streamed) => number) =>
    (['plain', 'reserved'] as const).map((key) => ({
      label: key === 'plain' ? 'as it comes' : `${GROUP} reserved`,
      values: patterns.map((one) => value(one[key])),
    }));
  return {
    answer: answer(patterns),
    introduction: [
      `Processes of one guest touch ${pages.toLocaleString('en-US')} pages each, in turn page by page, so that the guest’s frames go to one after the other; then the first process reads each of its pages once, in order, which misses the TLB each time. Counted are the 64-byte lines of host leaf entries, ${GROUP} to a line, that these walks read for the data. With reservation (guest.reservedPages=${GROUP}) the guest keeps ${GROUP} aligned frames for ${GROUP} aligned pages when the first of them is touched.`,
      `Machine: ${MACHINE}, pages of 4 KiB in both dimensions. Lines are counted without walk caches, cycles of a walk with those of the machine, in the second of two passes. Tables have ${percent(cacheShare())} of each cache to themselves.`,
    ],
    sections: [
      {
        title: 'Host leaf entries of a stream over pages',
        sheets: [
          {
            title: `Lines for each ${GROUP} pages`,
            columns: [
              ...[
                left('processes'),
                right('derived'),
                right('as it\ncomes'),
                right('8 aligned pages:\nmean'),
                right('most'),
              ],
              ...[right(`derived,\n${GROUP} reserved`), right(`${GROUP}\nreserved`), right('8 aligned pages:\nmost')],
            ],
            groups: [
              {
                heading: 'taking frames in turn; scattered: one process, frames in random order',
                rows: patterns.map(({ label, derived, plain, reserved }) => [
                  ...[label, derived === null ? NONE : String(derived), decimal(plain.linesPerGroup, 3)],
                  ...[decimal(plain.meanOfGroup, 2), String(plain.mostOfGroup), '1'],
                  ...[decimal(reserved.linesPerGroup, 3), String(reserved.mostOfGroup)],
                ]),
              },
            ],
          },
          {
            title: 'A walk, and what serves its last host entry',
            columns: [
              left('processes'),
              left('frames'),
              right('cycles\nof a walk'),
              ...SERVED.map((place) => right(place)),
            ],
            groups: [
              {
                heading: 'per cent of the walks',
                rows: patterns.flatMap((one) =>
                  both(one).map(({ reserved, walkCycles, served }) => [
                    ...[one.label, reserved ? `${GROUP} reserved` : 'as it comes', decimal(walkCycles, 1)],
                    ...served.map((count) => (count === 0 ? NONE : decimal((100 * count) / pages, 1))),
                  ]),
                ),
              },
            ],
          },
        ],
      },
    ],
    notes: [
      `Derived: frames of k processes in turn lie k apart, so ${GROUP} pages have min(k, ${GROUP}) lines; reserved, 1. The paper was readable as abstract and summaries only, so its measurements are not compared.`,
      'Lines for each 8 pages: different lines of the whole stream. 8 aligned pages can have a line more, which the next 8 share.',
      'The share of the caches is the model’s assumption and the same for all rows; data does not compete with tables line by line. How much a walk gains follows from it and from the size of the stream; that lines served by L3 do not fit the share of L2 is our reading.',
      'Here all pages of a group are touched, so reservation keeps no memory idle; where they are not, a block is held until its last page goes. Giving frames back under memory pressure is not modelled.',
      'Scattered frames are in a seeded random order within 256 MiB, so different groups of the stream can share lines.',
    ],
    records: {
      lines: {
        columns: [
          ...['processes', 'frames', 'reservedPages', 'linesPer8Pages', 'meanLinesOf8AlignedPages'],
          ...[
            'mostLinesOf8AlignedPages',
            'walkCycles',
            ...SERVED.map((place) => `leafReadsFrom${place[0]!.toUpperCase()}${place.slice(1)}`),
          ],
        ],
        records: patterns
          .flatMap(both)
          .map((one) => [
            ...[one.processes, one.scattered ? 'scattered' : 'sequential', one.reserved ? GROUP : 1, one.linesPerGroup],
            ...[one.meanOfGroup, one.mostOfGroup, one.walkCycles, ...one.served],
          ]),
      },
    },
    figures: [
      {
        name: 'lines',
        title: `Lines of host leaf entries for each ${GROUP} pages`,
        caption: `A stream over ${pages.toLocaleString('en-US')} pages of a process, by the number of processes that took frames in turn.`,
        width: 'column',
        plot: {
          kind: 'bars',
          groups: patterns.map(({ label }) => label),
          groupTitle: 'processes',
          y: { title: 'lines', scale: 'linear' },
          series: bars(({ linesPerGroup }) => linesPerGroup),
        },
      },
      {
        name: 'walk-cycles',
        title: 'Cycles of a nested walk of the stream',
        caption: `${MACHINE} with its walk caches, by the number of processes that took frames in turn.`,
        width: 'column',
        plot: {
          kind: 'bars',
          groups: patterns.map(({ label }) => label),
          groupTitle: 'processes',
          y: { title: 'cycles', scale: 'linear' },
          series: bars(({ walkCycles }) => walkCycles),
        },
      },
    ],
  };
}

export const ptemagnet: Experiment = {
  title: 'Neighbouring pages, scattered frames: host leaf entries of nested walks',
  source: 'Margaritov et al., PTEMagnet, ASPLOS 2021: frames reserved for 8 aligned pages; counts derived',
  run: ({ quick, signal }, progress) => {
    const size = quick ? 'quick' : 'full';
    const layouts = [
      ...PROCESSES[size].map((processes) => ({ processes, scattered: false })),
      { processes: 1, scattered: true },
    ];
    const patterns = layouts.map((layout) => {
      signal?.throwIfAborted();
      return pattern(layout, PAGES[size], () => progress(2 * layouts.length));
    });
    return Promise.resolve(outcome(patterns, PAGES[size]));
  },
};
