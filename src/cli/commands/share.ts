/** `vmmu share`: virtual machines that have one processor by turns, and what that costs each of them. */
import { Option } from '@commander-js/extra-typings';
import { DEFAULT_MACHINE } from '../../config/default-machine.js';
import { oneOf, refuseTwins } from '../../config/names.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { collect, list, readText, wholeNumber } from '../options.js';
import { progress } from '../progress.js';
import { tracePath } from '../shipped.js';

const DEFAULT = ['shadow', 'nested'];
const SLICE = 100_000;

const EXAMPLES = `
Examples:
  vmmu share redis memcached                         two machines, a slice of 100,000 references each by turns
  vmmu share redis redis redis --slice 10k           three that run the same
  vmmu share redis sqlite --machine intel-prescott --strategy shadow     no tags: each exit empties the TLB
  vmmu share redis sqlite --machine amd-barcelona --set vmm.guestFlush=all-asids
                                                     no FlushByAsid: one machine's flush takes the other's entries too
  vmmu share redis sqlite xz --set machine.asids=3 --format csv          fewer ASIDs than machines

Exit status: 0 fine, 2 bad usage or input.`;

export function shareCommand() {
  return new Command('share')
    .description('replay traces as virtual machines that have one processor by turns')
    .argument('<traces...>', 'trace files, or names of shipped traces: a virtual machine for each')
    .option('--strategy <names>', `strategies or VMMs, separated by commas (default: ${DEFAULT.join(',')})`, list)
    .option('--slice <references>', 'references of a turn', wholeNumber(1, 2 ** 52), SLICE)
    .option('--machine <name>', `a machine or a YAML file (default: ${DEFAULT_MACHINE})`)
    .option('--costs <name>', "prices of VM exits: a name or a YAML file (default: the machine's generation)")
    .addOption(new Option('--guest-pages <size>', 'pages the guests use').choices(['4k', '2m', '4m', 'thp', '1g']))
    .addOption(new Option('--host-pages <size>', 'pages that back the guests').choices(['4k', '2m', '4m', '1g']))
    .option('--config <file>', 'YAML file with any of machine, costs, guest, host, vmm, seed')
    .option('--set <path=value>', 'one value of the configuration; repeatable', collect)
    .option('--seed <number>', 'seed of scattered frames', wholeNumber(0, 2 ** 32 - 1))
    .option('--allow-inexact', 'replay traces whose capture does not allow for others, and mark their rows')
    .addOption(new Option('--format <name>', 'form of the output').choices(['table', 'csv', 'json']).default('table'))
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (traces, options) => {
      const { resolveConfig } = await import('../../config/resolve.js');
      const { CONTENDER_NAMES } = await import('../../run/contender.js');
      const { runShared } = await import('../../run/run-shared.js');
      const { shareCsv, shareJson, shareTable } = await import('../../report/share-forms.js');
      const strategies = (options.strategy ?? DEFAULT).map((name) => oneOf(CONTENDER_NAMES, name, 'strategy'));
      refuseTwins(strategies, 'strategy');
      const request = {
        traces: traces.map(tracePath),
        config: resolveConfig(options, readText),
        strategies,
        sliceRefs: options.slice,
        allowInexact: options.allowInexact ?? false,
      };
      const shown = progress(strategies.length, 'strategies', options.quiet ?? false);
      const rows = await interruptible('no result was written; run the command again', (signal) =>
        runShared(request, { signal, onStrategy: shown.step }).finally(shown.end),
      );
      const form = { table: shareTable, csv: shareCsv, json: shareJson }[options.format];
      process.stdout.write(form(rows));
    });
}
