/** VM exits of a boot under shadow and under nested paging, by reason. */
import { decimal, NONE, percent, ratio, whole } from '../../report/number-text.js';
import { left, right } from '../../report/sheet.js';
import type { Experiment, Outcome } from '../experiment.js';
import { boots, type Boot } from './boots.js';
import { crShare, forMemory, REASONS, total, type ByReason } from './reasons.js';

const over = ({ shadow, nested }: Boot, count: (exits: ByReason) => number): number => count(shadow) / count(nested);

function answer(all: readonly Boot[]): string[] {
  const of = (name: string): Boot => all.find((boot) => boot.name === name)!;
  const memory = (name: string): string => decimal(over(of(name), forMemory), 1);
  const every = (name: string): string => decimal(over(of(name), total), 1);
  const share = (name: string): string => percent(crShare(of(name).shadow));
  const recorded = all
    .filter(({ name }) => name.startsWith('recorded'))
    .map(({ name }) => `${memory(name)} times as many with host pages ${name.slice(-2)}`);
  return [
    `The published ratios do not come out of this boot. Exits for memory are ${memory('published')} times as many under shadow as under nested paging in the source; of the recorded boot they are ${recorded.join(' and ')}, and KVM counted ${memory('counted by KVM')}. Nested paging exits when a host page is first touched, so their size decides.`,
    `Of all exits the source has ${every('published')} times as many, KVM ${every('counted by KVM')} times in the recorded boot, and the made one ${every('made, later half')} times once its processes have touched their memory. ${every('made, 2m')} times for the whole made boot with host pages of 2 MiB is first touches, and follows its length.`,
    `CR accesses are ${share('published')} of the exits of shadow paging in the source, and ${share('counted by KVM')} of those that KVM counted; page-table isolation takes the made boot from ${share('made, later half')} to ${share('the same, isolation')}.`,
  ];
}

function outcome(all: readonly Boot[]): Outcome {
  const shown = all.filter(({ name }) => /published|counted|recorded/.test(name));
  const drawn = all.filter(({ name }) => name === 'published' || name === 'recorded, 2m');
  const cell = ({ whole: complete }: Boot, reason: number, count: number): number | null =>
    complete || REASONS[reason]!.memory ? count : null;
  const text = (count: number | null): string => (count === null || count === 0 ? NONE : whole(count));
  return {
    answer: answer(all),
    introduction: [
      'A boot of Ubuntu was counted with ept=0 and ept=1. Here a boot of a small Debian guest is replayed, as it was recorded with its page tables, and as a made stream of references with events at the rates that KVM counted of that boot. Exits are grouped by the reason that the hardware gives; exits for memory are those that the source calls so: exceptions, CR accesses, INVLPG, EPT violations and misconfigurations.',
      'Machine: intel-cascadelake, host pages of 4 KiB and of 2 MiB.',
    ],
    sections: [
      {
        title: 'VM exits of a boot',
        sheets: [
          {
            title: 'By reason, shadow and nested paging',
            columns: [left('reason'), ...shown.flatMap(({ name }) => [right(`${name}\nshadow`), right('\nnested')])],
            groups: [
              {
                heading: 'each a boot of its own; the recording has no exits but those for memory',
                rows: REASONS.map(({ title }, reason) => [
                  title,
                  ...shown.flatMap((boot) =>
                    [boot.shadow, boot.nested].map((exits) => text(cell(boot, reason, exits[reason]!))),
                  ),
                ]),
              },
              {
                heading: 'sums',
                rows: [
                  [
                    'for memory',
                    ...shown.flatMap(({ shadow, nested }) => [shadow, nested].map((exits) => whole(forMemory(exits)))),
                  ],
                  [
                    'all',
                    ...shown.flatMap((boot) =>
                      [boot.shadow, boot.nested].map((exits) => (boot.whole ? whole(total(exits)) : NONE)),
                    ),
                  ],
                ],
              },
            ],
          },
          {
            title: 'Shadow over nested paging',
            columns: [left('boot'), right('for memory'), right('all exits'), right('CR accesses in\nshadow exits')],
            groups: [
              {
                heading: 'ratios',
                rows: all.map((boot) => [
                  ...[boot.name, ratio(forMemory(boot.shadow), forMemory(boot.nested), 1)],
                  ...[boot.whole ? decimal(over(boot, total), 1) : NONE, percent(crShare(boot.shadow))],
                ]),
              },
            ],
          },
        ],
      },
    ],
    notes: [
      'Counts of the source are of another guest, whose memory, devices and host pages it does not give, and whose kernel probably isolates page tables; absolute counts are not to be compared.',
      'I/O, CPUID, MSR, HLT and interrupts of the made boot, and how often it switches processes, are inputs, the rates that KVM counted; only what becomes of its memory is computed. A dash: no such exits, or none in the recording.',
      'The later half of the made boot has no exits for memory under nested paging: all its memory is mapped. No rate of system calls was counted, so isolation is seen at page faults, calls that change memory, and process switches only.',
      'The recorded boot is captured through a filter of 512 pages. KVM counted it on AMD-V, with its firmware, and its sums are of the list by exit code; the share of CR accesses of a recorded boot is of its exits for memory.',
    ],
    records: {
      exits: {
        columns: ['boot', 'reason', 'forMemory', 'shadowExits', 'nestedExits'],
        records: all.flatMap((boot) =>
          REASONS.map(({ title, memory }, reason) => [
            ...[boot.name, title, String(memory)],
            ...[boot.shadow, boot.nested].map((exits) => cell(boot, reason, exits[reason]!) ?? ''),
          ]),
        ),
      },
    },
    figures: [
      {
        name: 'exits-by-reason',
        title: 'VM exits of a boot by reason, published and computed',
        caption:
          'Published: a boot of Ubuntu 20.04 with ept=0 and ept=1. Computed: the recorded boot of a small Debian guest, host pages 2m, exits for memory only.',
        width: 'page',
        plot: {
          kind: 'bars',
          groups: REASONS.map(({ title }) => title),
          groupTitle: 'reason',
          y: { title: 'VM exits', scale: 'log10' },
          series: drawn.flatMap((boot) =>
            (['shadow', 'nested'] as const).map((paging) => ({
              label: `${boot.whole ? 'published' : 'computed'}, ${paging}`,
              values: boot[paging].map((count, reason) => (count === 0 ? null : cell(boot, reason, count))),
            })),
          ),
        },
      },
    ],
  };
}

export const bootExits: Experiment = {
  title: 'VM exits of a boot under shadow and nested paging',
  source: 'boot of Ubuntu 20.04 with ept=0 and ept=1, repository nicolashanout/linux, c212db19',
  long: true,
  run: async (options, progress) => outcome(await boots(options, progress)),
};
