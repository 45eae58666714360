/** How many table entries a walk without walk caches reads, by the tables and page sizes of guest and host. */
import type { FormatName } from '../memory/formats/index.js';
import { left, right } from '../report/sheet.js';
import { buildNative, buildNested, refsOf } from '../verify/tables.js';
import type { Experiment, Outcome } from './experiment.js';

interface Tables {
  readonly label: string;
  readonly format: FormatName;
  /** Of the leaves. */
  readonly level: number;
}

const tables = (format: FormatName, title: string, ...sizes: string[]): Tables[] =>
  sizes.map((size, at) => ({ label: `${title} ${size}`, format, level: at + 1 }));

const GUESTS = [
  ...tables('32bit', '2 levels', '4K', '4M'),
  ...tables('pae', 'PAE', '4K', '2M'),
  ...tables('4level', '4 levels', '4K', '2M', '1G'),
  ...tables('5level', '5 levels', '4K', '2M', '1G'),
];
const HOSTS = [...tables('4level', '4 levels', '4K', '2M', '1G'), ...tables('5level', '5 levels', '4K', '2M', '1G')];

const VPN = 0x1_2345;

function refs(guest: Tables, host: Tables | null): number {
  const { walker } =
    host === null
      ? buildNative(guest.format, guest.level, VPN)
      : buildNested(guest.format, guest.level, host.format, host.level, VPN);
  if (guest.format === 'pae' && host === null) walker.loadPdptes();
  return refsOf(walker, VPN);
}

function outcome(): Outcome {
  const rows = GUESTS.map((guest) => ({
    guest,
    native: refs(guest, null),
    nested: HOSTS.map((host) => refs(guest, host)),
  }));
  const of = (label: string) => rows.find(({ guest }) => guest.label === label)!;
  const [four, large] = [of('4 levels 4K'), of('4 levels 2M')];
  const shown = rows.filter(({ guest }) => guest.format === '4level');
  return {
    answer: [
      `A walk of four levels reads ${four.native} entries natively or in shadow tables, and ${four.nested[0]!} in two dimensions; with 2 MiB pages in both ${large.nested[1]!}.`,
    ],
    introduction: [
      'A guest entry is found through nested tables, so a walk reads (g + 1)(n + 1) - 1 entries, where g and n are the levels of guest and host that it goes through. Here the tables are built and walked, and what is read is counted.',
      'Under PAE on AMD-V the four top entries are in memory and read with each walk; natively they are loaded with CR3.',
    ],
    sections: [
      {
        title: 'References of a walk',
        sheets: [
          {
            title: 'guest by host, no walk caches',
            columns: [
              left('guest'),
              right('native,\nshadow'),
              ...HOSTS.map(({ label }) => right(label.replace('levels ', 'levels\n'))),
            ],
            groups: [
              {
                heading: 'host (AMD-V)',
                rows: rows.map(({ guest, native, nested }) => [guest.label, String(native), ...nested.map(String)]),
              },
            ],
          },
        ],
      },
    ],
    notes: [
      'Walk caches, a nested TLB and splintered TLB entries change what is read, not what would be: see the page walks of `vmmu run`.',
    ],
    records: {
      references: {
        columns: ['guest', 'host', 'references'],
        records: rows.flatMap(({ guest, native, nested }) => [
          [guest.label, 'none', native],
          ...nested.map((count, at) => [guest.label, HOSTS[at]!.label, count]),
        ]),
      },
    },
    figures: [
      {
        name: 'references',
        title: 'References of a walk, by page sizes of guest and host',
        caption: 'Four levels in both dimensions, no walk caches.',
        width: 'column',
        plot: {
          kind: 'bars',
          groups: shown.map(({ guest }) => guest.label),
          groupTitle: 'guest',
          y: { title: 'references', scale: 'linear' },
          series: ['native', ...HOSTS.slice(0, 3).map(({ label }) => `on ${label}`)].map((label, at) => ({
            label,
            values: shown.map(({ native, nested }) => (at === 0 ? native : nested[at - 1]!)),
          })),
        },
      },
    ],
  };
}

export const walkReferences: Experiment = {
  title: 'References of a walk in one and two dimensions',
  source: 'Bhargava et al., ASPLOS 2008: 24 references; the others by arithmetic',
  run: () => Promise.resolve(outcome()),
};
