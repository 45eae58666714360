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

function answer(patterns: readonly Pattern[]): string[] {
  const derived = patterns.filter((one) => one.derived !== null);
  const off = Math.max(...derived.map(({ plain, derived: ideal }) => plain.linesPerGroup / ideal! - 1));
  const kept = patterns.every(({ reserved }) => reserved.linesPerGroup === 1 && reserved.mostOfGroup === 1);
  const [alone] = patterns;
  const worst = patterns.reduce((one, other) => (other.plain.walkCycles > one.plain.walkCycles ? other : one));
  const saved = 1 - worst.reserved.walkCycles / worst.plain.walkCycles;
  return [
    `A stream touches ${derived.map(({ plain }) => decimal(plain.linesPerGroup, 2)).join(', ')} lines of host leaf entries for each ${GROUP} pages where ${derived.map(({ label }) => label).join(', ')} processes take frames in turn: min(k, ${GROUP}) within ${percent(off)}, not exactly, because the guest’s page tables take frames in between.`,
    `With ${GROUP} frames reserved it is ${kept ? `exactly 1 in every case` : 'not always 1'}; without, even a single process has up to ${alone!.plain.mostOfGroup} lines for ${GROUP} aligned pages, since its runs of frames begin anywhere.`,
    `Reservation takes a walk of the stream from ${decimal(worst.plain.walkCycles, 1)} to ${decimal(worst.reserved.walkCycles, 1)} cycles (${percent(saved)} less) where it helps most (${worst.label === 'scattered' ? 'scattered frames' : `${worst.label} processes`}), and from ${decimal(alone!.plain.walkCycles, 1)} to ${decimal(alone!.reserved.walkCycles, 1)} for a process alone.`,
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
      'Lines for each 8 pages: different lines of the whole stream. 8 aligned pages of one stream can have a line more, which the next 8 share.',
      'The share of the caches is the model’s assumption and the same for all rows; data does not compete with tables line by line. How much a walk gains follows from it and from the size of the stream: what is served by L3 here is so because the lines do not fit the share of L2.',
      'Here all pages of a group are touched, so reservation keeps no memory idle; where they are not, a block is held until its last page goes. Giving frames back under memory pressure is not modelled.',
      'Scattered frames are in a seeded random order within 256 MiB, so different groups of the stream share lines, though 8 neighbours hardly do.',
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
