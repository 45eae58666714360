/** VM exits of a boot under shadow and under nested paging, by reason. */
import { decimal, NONE, percent, ratio, whole } from '../../report/number-text.js';
import { left, right } from '../../report/sheet.js';
import type { Experiment, Outcome } from '../experiment.js';
import { boots, ISOLATED, LATER, MADE_REFS, type Boot } from './boots.js';
import { crShare, forMemory, nestedFaults, REASONS, total, type ByReason } from './reasons.js';

const over = ({ shadow, nested }: Boot, count: (exits: ByReason) => number): number => count(shadow) / count(nested);

/** The order of magnitude that check B11 asks for. */
const NEAR = Math.sqrt(10);
const HOST_PAGES: Readonly<Record<string, string>> = { '4k': '4 KiB', '2m': '2 MiB' };
const recordedOf = (all: readonly Boot[]): { readonly boot: Boot; readonly pages: string }[] =>
  all
    .filter(({ name }) => name.startsWith('recorded'))
    .map((boot) => ({ boot, pages: HOST_PAGES[boot.name.slice(-2)]! }));
const laterOf = (all: readonly Boot[]): Boot => all.find(({ name }) => name.endsWith(LATER))!;

function answer(all: readonly Boot[]): string[] {
  const of = (name: string): Boot => all.find((boot) => boot.name === name)!;
  const memory = (boot: Boot): string => decimal(over(boot, forMemory), 1);
  const every = (boot: Boot): string => decimal(over(boot, total), 1);
  const share = (boot: Boot): string => percent(crShare(boot.shadow));
  const [published, counted, later] = [of('published'), of('counted by KVM'), laterOf(all)];
  const recorded = recordedOf(all);
  const far = (value: number, target: number): boolean => value > NEAR * target || value < target / NEAR;
  const off = [
    ...recorded.map(({ boot }) => far(over(boot, forMemory), over(published, forMemory))),
    far(over(later, total), over(published, total)),
  ].filter(Boolean).length;
  return [
    `Of ${recorded.length + 1} ratios computed here ${off} miss the ratio of the published counts by more than √10, the band of check B11. From the published counts, exits for memory are ${memory(published)} times as many under shadow as under nested paging, ${memory(of('less misconfigurations'))} times without misconfigurations, which KVM uses for MMIO. Of the recorded boot, which has no MMIO, they are ${recorded.map(({ boot, pages }) => `${memory(boot)} times as many with host pages of ${pages}`).join(' and ')}; of KVM's own count of it, whose nested faults are not split from MMIO, ${memory(counted)} times.`,
    `Nested faults: ${recorded.map(({ boot, pages }) => `${whole(nestedFaults(boot.nested))} with host pages of ${pages}`).join(' and ')}, where KVM counted ${whole(nestedFaults(counted.nested))}. In the model they are first touches of host pages, so the size of host pages decides their number, and with it the ratio.`,
    `Of all exits the ratio of the published counts is ${every(published)}; KVM's is ${every(counted)} in the recorded boot. The made boot has ${every(of('made, 2m'))} over its whole length with host pages of 2 MiB, and ${every(later)} over its later half with host pages of ${HOST_PAGES[later.name.split(', ')[1]!]!}.`,
    `CR accesses are ${share(published)} of the published exits of shadow paging, and ${share(counted)} of those that KVM counted; page-table isolation takes the made boot from ${share(later)} to ${share(of(ISOLATED))}.`,
  ];
}

function outcome(all: readonly Boot[], refs: number): Outcome {
  const shown = all.filter(({ name }) => /^(published|counted|recorded)/.test(name));
  const drawn = all.filter(({ name }) => name === 'published' || name === 'recorded, 2m');
  const cell = ({ whole: complete }: Boot, reason: number, count: number): number | null =>
    complete || REASONS[reason]!.memory ? count : null;
  const text = (count: number | null): string => (count === null || count === 0 ? NONE : whole(count));
  return {
    answer: answer(all),
    introduction: [
      'A boot of Ubuntu was counted with ept=0 and ept=1. Here a boot of a small Debian guest is replayed, as it was recorded with its page tables, and as a made stream of references with events at the rates that KVM counted of that boot. Exits are grouped by the reason that the hardware gives; which are for memory is our classification: exceptions, CR accesses, INVLPG, EPT violations and misconfigurations. The source has counts only; their ratios are ours.',
      `Machine: intel-cascadelake, host pages of ${recordedOf(all)
        .map(({ pages }) => pages)
        .join(' and of ')}. The made boot has ${whole(refs)} references.`,
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
      'Counts of the source are of another guest, whose memory, devices and host pages it does not give, and whose kernel probably isolates page tables; absolute counts are not to be compared. Its misconfigurations are taken out under nested paging only: under shadow paging MMIO is among the page faults and cannot be split, so that ratio is an upper bound.',
      'I/O, CPUID, MSR, HLT and interrupts of the made boot, and how often it switches processes, are inputs, the rates that KVM counted; only what becomes of its memory is computed. A dash: no such exits, or none in the recording.',
      `The later half of the made boot has ${whole(forMemory(laterOf(all).nested))} exits for memory under nested paging. A whole made boot includes its first touches, so its ratio depends on its length. No rate of system calls was counted, so isolation is seen at page faults, calls that change memory, and process switches only.`,
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
  run: async (options, progress) =>
    outcome(await boots(options, progress), MADE_REFS[options.quick ? 'quick' : 'full']),
};
