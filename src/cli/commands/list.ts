/** `vmmu list`: what can be named: strategies, machines, prices, formats, generators, counters, exits, traces. */
import { Option } from '@commander-js/extra-typings';
import { COSTS } from '../../config/costs/index.js';
import { MACHINES } from '../../config/machines/index.js';
import type { Costs, Machine, TlbArrayConfig, TlbLevelConfig } from '../../config/schema.js';
import { lookUp } from '../../config/names.js';
import { COUNTERS } from '../../counters/counters.js';
import { STRATEGIES } from '../../paging/index.js';
import { TRACE_FORMATS } from '../../trace/formats/index.js';
import { GENERATORS } from '../../trace/generators/index.js';
import { EXITS } from '../../vmm/exits.js';
import { Command } from '../command.js';
import { columns } from '../columns.js';
import { shippedNames } from '../shipped.js';

type Row = Readonly<Record<string, string | number | boolean>>;

/** What each kind of list shows, one row a member. */
const LISTS = {
  strategies: () => rows(STRATEGIES, ({ title, source }) => ({ title, source })),
  machines: () => rows<Machine>(MACHINES, machineRow),
  costs: () =>
    rows<Costs>(COSTS, ({ exitHardwareCycles, exitSoftwareCycles, source }) => ({
      exitHardwareCycles,
      exitSoftwareCycles,
      source,
    })),
  formats: () => rows(TRACE_FORMATS, ({ suffix, description }) => ({ suffix, description })),
  generators: () => rows(GENERATORS, ({ description }) => ({ description })),
  counters: () => rows(COUNTERS, ({ unit, definition }) => ({ unit, definition })),
  exits: () =>
    rows(EXITS, ({ vmx, svm, memory, definition }) => ({
      vmx: `${vmx.number} ${vmx.name}`,
      svm: `0x${svm.code.toString(16)} ${svm.name}`,
      memory,
      definition,
    })),
  traces: () => shippedNames().map((name) => ({ name })),
} as const satisfies Record<string, () => Row[]>;

export function listCommand() {
  return new Command('list')
    .description(`what can be named: ${Object.keys(LISTS).join(', ')}`)
    .argument('<kind>', Object.keys(LISTS).join(', '))
    .addOption(new Option('--format <name>', 'how to print it').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExamples:\n  vmmu list machines\n  vmmu list counters --format json')
    .action((kind, { format }) => {
      const found = lookUp<() => Row[]>(LISTS, kind, 'list')();
      process.stdout.write(format === 'json' ? `${JSON.stringify(found, null, 1)}\n` : columns(found));
    });
}

function rows<T>(registry: Readonly<Record<string, T>>, describe: (member: T) => Row): Row[] {
  return Object.entries(registry).map(([name, member]) => ({ name, ...describe(member) }));
}

function machineRow({ title, year, tlb, caches, costs, taggedTlb }: Machine): Row {
  const { l2 } = tlb;
  return {
    title,
    year,
    l1i: levelText(tlb.l1i),
    l1d: levelText(tlb.l1d),
    l2:
      l2 === null
        ? 'none'
        : 'unified' in l2
          ? levelText(l2.unified)
          : `i ${levelText(l2.instruction)}, d ${levelText(l2.data)}`,
    tags: taggedTlb ? 'yes' : 'no',
    cyclesL1L2L3Memory: [caches.l1d.cycles, caches.l2.cycles, caches.l3?.cycles ?? '-', caches.memoryCycles].join('/'),
    costs,
  };
}

/** Entries and ways, `fa` for fully associative. */
function levelText(level: TlbLevelConfig): string {
  const text = ({ entries, ways }: TlbArrayConfig): string => `${entries}/${ways === 0 ? 'fa' : ways}`;
  if ('shared' in level) return text(level.shared);
  return level['2m'] === null ? `4k ${text(level['4k'])}` : `4k ${text(level['4k'])} 2m ${text(level['2m'])}`;
}
