/** `vmmu explain`: one address translation, step by step. */
import { Option } from '@commander-js/extra-typings';
import { DEFAULT_MACHINE } from '../../config/default-machine.js';
import { oneOf } from '../../config/names.js';
import { WALK_CACHES } from '../../config/walk-caches.js';
import { UsageError } from '../../errors.js';
import { BREAKS, GUESTS, HOST_MODES, HOSTS, PAGES, parseBreak } from '../../explain/mapping-choices.js';
import type { Explanation } from '../../explain/step.js';
import { STRATEGY_NAMES } from '../../paging/names.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { collect, readText, wholeNumber } from '../options.js';
import { writeOutFile } from '../out-file.js';
import { tracePath } from '../shipped.js';

const MORE = `
Labels: gL4 is an entry of the guest's tables, nL4 of nested tables, sL4 of shadow tables; level 1 maps 4 KiB pages.
The column 'order' has the labels of the literature, levels counted from the root: G1H2, UDH1 (for the data).
Rows of a trace are counted from 0; the explanation of an event says which rows near it are references.

Examples:
  vmmu explain                                                   the 24 references of a 4K-on-4K walk
  vmmu explain --guest-page 2m --host-page 2m                    the 15 of a 2M-on-2M walk
  vmmu explain --walk-caches 2d+ntlb --repeat 2                  what walk caches save the second time
  vmmu explain --fault 24:not-present                            a nested page fault, to the VMM
  vmmu explain --host shadow --fault 2:reserved-bit              a fault of the guest's: exit, then the guest's handler
  vmmu explain --guest 5level --host ept --format svg --out walk.svg
  vmmu explain --vector ept-00468                                a test vector, with its fault decoded
  vmmu explain cc1 --event 12 --strategy shadow                  a first touch: fault, fill, second walk`;

export function explainCommand() {
  return new Command('explain')
    .description('one address translation, step by step: of a mapping made for it, a test vector, or a row of a trace')
    .argument('[trace]', 'a trace file, or the name of a shipped trace; with --event')
    .addOption(new Option('--guest <mode>', 'tables of the guest (default: 4level)').choices(GUESTS))
    .addOption(new Option('--guest-page <size>', 'page that maps the data (default: 4k)').choices(PAGES))
    .addOption(new Option('--host <kind>', 'what lies below; none: bare metal (default: npt)').choices(HOSTS))
    .addOption(new Option('--host-page <size>', 'pages of the host (default: 4k)').choices(PAGES))
    .addOption(new Option('--host-mode <mode>', 'tables of the host, under npt (default: 4level)').choices(HOST_MODES))
    .option('--gva <address>', 'guest-virtual address (default: one whose indices differ from level to level)')
    .addOption(new Option('--access <type>', 'what is done there (default: read)').choices(['read', 'write', 'fetch']))
    .addOption(new Option('--user', 'with user privilege (default)').conflicts('supervisor'))
    .option('--supervisor', 'with supervisor privilege')
    .option('--clean', 'with accessed and dirty bits clear, so that the walk sets them')
    .option('--repeat <number>', 'as many accesses, one after the other (default: 1)', wholeNumber(1, 16))
    .option('--next-page', 'each repetition goes to the next page')
    .option(
      '--fault <reference:kind>',
      `break the entry that the walk reads as this reference: ${BREAKS.join(', ')}; with --host shadow, of the VMM's walk`,
    )
    .option('--vector <id>', 'a test vector: native-…, npt-… or ept-…')
    .option('--file <file>', 'the file with the vector: JSON lines, gzip or not')
    .option('--event <row>', 'row of the trace, from 0', wholeNumber(0, 2 ** 40))
    .option('--strategy <name>', `${STRATEGY_NAMES.join(', ')} (default: nested)`)
    .addOption(new Option('--guest-pages <size>', 'of a trace: as in run').choices(['4k', '2m', '4m', 'thp', '1g']))
    .addOption(new Option('--host-pages <size>', 'of a trace: as in run').choices(['4k', '2m', '4m', '1g']))
    .option('--set <path=value>', 'of a trace: one value of the configuration; repeatable', collect)
    .option(
      '--machine <name>',
      `a machine: a name or a YAML file (default: ${DEFAULT_MACHINE}; of a mapping under ept intel-sapphirerapids, else with 5 levels amd-zen5)`,
    )
    .addOption(
      new Option('--walk-caches <which>', "instead of the machine's own (default without --machine: none)").choices(
        WALK_CACHES,
      ),
    )
    .addOption(new Option('--format <name>', 'how to print it').choices(['text', 'json', 'svg']).default('text'))
    .option('--walk <number>', 'draw this walk only (svg)', wholeNumber(1, 1000))
    .option('--out <file>', 'write it there')
    .addHelpText('after', MORE)
    .action(async (trace, options) => {
      const explanation = await explained(trace, options);
      const text = await rendered(explanation, options);
      if (options.out === undefined) process.stdout.write(text);
      else await writeOutFile(options.out, text);
    });
}

type Options = ReturnType<ReturnType<typeof explainCommand>['opts']>;

/** Options that belong to one source only. */
const OF_MAPPING = [
  'guest',
  'guestPage',
  'host',
  'hostPage',
  'hostMode',
  'gva',
  'access',
  'user',
  'supervisor',
  'clean',
  'repeat',
  'nextPage',
  'fault',
] as const;
const OF_VECTOR = ['file'] as const;
const OF_TRACE = ['event', 'strategy', 'guestPages', 'hostPages', 'set'] as const;
const OF_MACHINE = ['machine', 'walkCaches'] as const;

async function explained(trace: string | undefined, options: Options): Promise<Explanation> {
  if (trace !== undefined) {
    refuse(options, [...OF_MAPPING, 'vector', ...OF_VECTOR], 'a row of a trace');
    return explainedRow(trace, options);
  }
  if (options.vector !== undefined) {
    refuse(options, [...OF_MAPPING, ...OF_TRACE, ...OF_MACHINE], 'a test vector, which says all of that itself');
    const { findVector } = await import('../vector-file.js');
    const { explainVector } = await import('../../explain/vector.js');
    const { vector, file } = await findVector(options.vector, options.file);
    try {
      return explainVector(vector, file);
    } catch (error) {
      // Those that come with vmmu are checked: what is wrong with them is a defect.
      if (options.file === undefined) throw error;
      throw new UsageError(`${file}: vector ${options.vector} cannot be built (${(error as Error).message})`);
    }
  }
  refuse(options, OF_VECTOR, 'a mapping; name the vector with --vector');
  refuse(options, OF_TRACE, 'a mapping; name the trace first');
  return explainedMapping(options);
}

function refuse(options: Options, names: readonly (keyof Options)[], what: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const option = given.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
  throw new UsageError(`--${option} does not go with ${what}`);
}

async function explainedMapping(options: Options): Promise<Explanation> {
  const { resolveConfig } = await import('../../config/resolve.js');
  const { explainMapping } = await import('../../explain/generated.js');
  const { defaultMachine, mappingConfig } = await import('../../explain/mapping-request.js');
  const request = {
    guest: options.guest ?? '4level',
    guestPage: options.guestPage ?? '4k',
    host: options.host ?? 'npt',
    hostPage: options.hostPage,
    hostMode: options.hostMode,
    linear: options.gva,
    type: options.access ?? 'read',
    user: options.supervisor !== true,
    clean: options.clean ?? false,
    repeat: options.repeat ?? 1,
    nextPage: options.nextPage ?? false,
    fault: options.fault === undefined ? null : parseBreak(options.fault),
  } as const;
  if (request.guest === 'none' && options.guestPage !== undefined)
    throw new UsageError(`--guest-page: found ${options.guestPage}; a guest of mode none has no pages`);
  const machine = options.machine ?? defaultMachine(request);
  const walkCaches = options.walkCaches ?? (options.machine === undefined ? 'none' : undefined);
  const base = resolveConfig({ machine, ...(walkCaches === undefined ? {} : { walkCaches }) }, readText);
  return explainMapping(request, mappingConfig(request, base));
}

async function explainedRow(trace: string, options: Options): Promise<Explanation> {
  if (options.event === undefined) throw new UsageError('--event: expected the row of the trace to explain, from 0');
  const { resolveConfig } = await import('../../config/resolve.js');
  const { abortable } = await import('../../trace/source.js');
  const { openAnyTrace } = await import('../../trace/open.js');
  const { explainRow } = await import('../../explain/trace-row.js');
  const strategy = oneOf(STRATEGY_NAMES, options.strategy ?? 'nested', 'strategy');
  const { guestPages, hostPages, machine, walkCaches, set } = options;
  const config = resolveConfig({ guestPages, hostPages, machine, walkCaches, set }, readText);
  const source = await openAnyTrace(tracePath(trace));
  const row = options.event;
  const { explanation } = await interruptible('nothing was explained', (signal) =>
    explainRow(abortable(source, signal), row, strategy, config),
  );
  return explanation;
}

async function rendered(explanation: Explanation, { format, walk, out }: Options): Promise<string> {
  if (walk !== undefined && format !== 'svg')
    throw new UsageError(`--walk chooses what --format svg draws; found ${format}`);
  if (format === 'json') return `${JSON.stringify(explanation, null, 1)}\n`;
  if (format === 'svg') return (await import('../../explain/svg.js')).explanationSvg(explanation, walk ?? null);
  const { explanationText } = await import('../../explain/text.js');
  const { coloured, plain } = await import('../../explain/paint.js');
  const { NO_COLOR } = process.env;
  const colour = out === undefined && process.stdout.isTTY && (NO_COLOR === undefined || NO_COLOR === '');
  return explanationText(explanation, colour ? coloured : plain);
}
