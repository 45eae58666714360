/** `vmmu list`: what can be named: strategies, machines, prices, formats, generators, counters, exits, traces. */
import { Option } from '@commander-js/extra-typings';
import { lookUp, oneOf } from '../../config/names.js';
import { Command } from '../command.js';
import { columns, sheet } from '../columns.js';
import { LIST_KINDS, type Listed } from '../listed.js';

export function listCommand() {
  return new Command('list')
    .description(`what can be named: ${LIST_KINDS.join(', ')}`)
    .argument('<kind>', LIST_KINDS.join(', '))
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
      const { LISTS } = await import('../lists.js');
      const all = await LISTS[oneOf(LIST_KINDS, kind, 'list')]();
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

function byName(members: readonly Listed[]): Record<string, Listed> {
  return Object.fromEntries(members.map((member) => [member.row.name, member]));
}
