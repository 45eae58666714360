/** `vmmu trace import`: whatever was captured elsewhere, as a trace. */
import { Option } from '@commander-js/extra-typings';
import { oneOf } from '../../config/names.js';
import { TRACE_FORMATS, type TraceFormatName } from '../../trace/formats/index.js';
import type { TraceSource } from '../../trace/source.js';
import { Command } from '../command.js';
import { notesText } from '../import-notes.js';
import { nonEmpty, wholeNumber } from '../options.js';

const FORMAT_NAMES = Object.keys(TRACE_FORMATS) as TraceFormatName[];
const MOST_EXPANSION = 1000;

const EXAMPLES = `
Examples:
  valgrind --tool=lackey --basic-counts=no --trace-mem=yes --trace-syscalls=yes --trace-children=yes --log-file=t.%p.%n ls
  vmmu trace import t.* -o ls.arrows.br
  zstdcat huge.din.zst | vmmu trace import - --format dinero -o huge.arrows.br
  vmmu list formats`;

/** @param write writes the trace to a file whole, or not at all */
export function importCommand(write: (file: string, source: TraceSource) => Promise<void>) {
  return new Command('import')
    .description('import what other tools captured: the format is known by its first bytes')
    .argument('<files...>', 'files, compressed or not; several are one capture; - is the standard input')
    .requiredOption('-o, --out <file>', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .addOption(new Option('--format <name>', 'format, where the first bytes do not tell').choices(FORMAT_NAMES))
    .option('--name <name>', 'name of the trace (default: of the first file)', nonEmpty)
    .option('--ran <text>', 'what the program did, for the header', nonEmpty)
    .option('--strict', 'whatever cannot be kept is an error')
    .option('--columns <map>', 'of CSV: what is in which column, from 1, as addr=2,kind=1,size=3', columns)
    .option(
      '--most-expansion <times>',
      `bytes that one compressed byte may become, on average (default: ${MOST_EXPANSION})`,
      wholeNumber(1, 1e9),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (files, { out, format, name, ran, strict, columns, mostExpansion = MOST_EXPANSION }) => {
      const { openAnyTrace, openTogether } = await import('../../trace/open.js');
      const options = {
        mostExpansion,
        ...(format === undefined ? {} : { format }),
        ...(name === undefined ? {} : { name }),
        ...(ran === undefined ? {} : { source: { ran, captured: `imported from ${files.length} files` } }),
        ...(strict === undefined ? {} : { strict }),
        ...(columns === undefined ? {} : { columns }),
      };
      const source = files.length === 1 ? await openAnyTrace(files[0]!, options) : await openTogether(files, options);
      await write(out, source);
      process.stderr.write(notesText(source.notes?.record));
    });
}

const COLUMNS = ['addr', 'kind', 'size', 'thread', 'process'] as const;

/** `addr=2,kind=1`: numbers of columns, from 1. */
function columns(text: string): Record<string, number> {
  const entries = text.split(',').map((part) => {
    const [, column = '', number = ''] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    return [oneOf(COLUMNS, column, 'column'), wholeNumber(1, 1000)(number)];
  });
  return Object.fromEntries(entries) as Record<string, number>;
}
