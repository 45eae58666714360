/** `vmmu list`: what can be named: strategies, machines, prices, formats, generators, counters, exits, traces. */
import { Option } from '@commander-js/extra-typings';
import { COSTS } from '../../config/costs/index.js';
import type { Costs } from '../../config/schema.js';
import { lookUp } from '../../config/names.js';
import { COUNTERS } from '../../counters/counters.js';
import { STRATEGIES } from '../../paging/index.js';
import { TRACE_FORMATS } from '../../trace/formats/index.js';
import { GENERATORS } from '../../trace/generators/index.js';
import { EXITS } from '../../vmm/exits.js';
import { Command } from '../command.js';
import { columns, sheet } from '../columns.js';
import type { Cell, Listed } from '../listed.js';
import { shippedNames } from '../shipped.js';

type List = () => Listed[] | Promise<Listed[]>;

const LISTS = {
  strategies: () => members(STRATEGIES, ({ title, source }) => ({ title, source })),
  machines: async () => (await import('../machine-list.js')).listedMachines(),
  costs: () =>
    members<Costs>(COSTS, ({ exitHardwareCycles, exitSoftwareCycles, source }) => ({
      exitHardwareCycles,
      exitSoftwareCycles,
      source,
    })),
  formats: () => members(TRACE_FORMATS, ({ suffix, description }) => ({ suffix, description })),
  generators: () => members(GENERATORS, ({ description }) => ({ description })),
  counters: () => members(COUNTERS, ({ unit, definition }) => ({ unit, definition })),
  exits: () =>
    members(EXITS, ({ vmx, svm, memory, definition }) => ({
      vmx: `${vmx.number} ${vmx.name}`,
      svm: `0x${svm.code.toString(16)} ${svm.name}`,
      memory,
      definition,
    })),
  traces: () => shippedNames().map((name) => same({ name })),
} as const satisfies Record<string, List>;

export function listCommand() {
  return new Command('list')
    .description(`what can be named: ${Object.keys(LISTS).join(', ')}`)
    .argument('<kind>', Object.keys(LISTS).join(', '))
    .argument('[name]', 'one of them, and all that is known of it')
    .addOption(new Option('--format <name>', 'how to print it').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      `
TLBs are written as sizes of pages, entries/ways (fa: fully associative), replacement where it is not lru.

Examples:
  vmmu list machines
  vmmu list machines amd-zen4
  vmmu list counters --format json`,
    )
    .action(async (kind, name, { format }) => {
      const all = await lookUp<List>(LISTS, kind, 'list')();
      const found = name === undefined ? all : [lookUp(byName(all), name, `name in ${kind}`)];
      process.stdout.write(
        format === 'json'
          ? `${JSON.stringify(
              found.map(({ json }) => json),
              null,
              1,
            )}\n`
          : name === undefined
            ? columns(found.map(({ row }) => row))
            : sheet(found[0]!.sheet),
      );
    });
}

function members<T>(registry: Readonly<Record<string, T>>, describe: (member: T) => Record<string, Cell>): Listed[] {
  return Object.entries(registry).map(([name, member]) => same({ name, ...describe(member) }));
}

/** A member that looks the same in all forms. */
function same(row: Listed['row']): Listed {
  return { row, sheet: row, json: row };
}

function byName(members: readonly Listed[]): Record<string, Listed> {
  return Object.fromEntries(members.map((member) => [member.row.name, member]));
}
