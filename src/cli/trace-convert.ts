/** `vmmu trace convert`: from any format that can be read to any that can be written. */
import { lookUp, oneOf } from '../config/names.js';
import { UsageError } from '../errors.js';
import { Drops } from '../trace/export/drops.js';
import { EXPORT_FORMATS, type ExportFormatName } from '../trace/export/index.js';
import { isNativeName } from '../trace/file-writer.js';
import { TRACE_FORMATS, type TraceFormatName } from '../trace/formats/index.js';
import type { TraceSource } from '../trace/source.js';
import { plainName } from '../trace/whole-file.js';
import { columns } from './columns.js';
import { Command } from './command.js';
import { nonEmpty, wholeNumber } from './options.js';
import { tracePath } from './shipped.js';
import { watched } from './watched.js';

const NOTHING_WRITTEN = 'nothing was written';
const NATIVE = 'native';
/** What a trace can be written as. */
export const TARGETS = [NATIVE, ...(Object.keys(EXPORT_FORMATS) as ExportFormatName[])] as const;

const SUFFIXES = Object.entries(EXPORT_FORMATS)
  .map(([name, { suffix, description }]) => `  *${suffix.padEnd(12)}${name}: ${description}`)
  .join('\n');

const MORE = `
The name of the target says the format:
  *.arrows     native: all that a trace holds; what other commands read
${SUFFIXES}
with .gz or .br behind it compressed. What a format cannot hold is left out, and listed with counts on stderr.

Examples:
  vmmu trace convert boot-f512.bin.zst boot.arrows.br --filter-sets 512
  vmmu trace convert redis redis.arrow                for polars.read_ipc, pyarrow or DuckDB
  vmmu trace convert redis redis.champsim.gz          instruction records
  vmmu trace convert mine.arrows - --to-format csv    to stdout

Exit status: 0 fine, 2 bad usage or input; with --strict also what the format cannot hold.`;

export function convertCommand() {
  return new Command('convert')
    .description('convert a trace to another format, or change its compression')
    .argument(
      '<from>',
      `a trace file, or the name of a shipped trace; native, ${Object.keys(TRACE_FORMATS).join(' or ')}`,
    )
    .argument('<to>', "where to; '-' is stdout, for formats of text")
    .option('--from-format <name>', 'format of the source, when its first bytes do not tell')
    .option('--to-format <name>', `format of the target, when its name does not tell: ${TARGETS.join(', ')}`)
    .option('--name <name>', 'name of the trace (default: the one it has, or of its file)', nonEmpty)
    .option(
      '--filter-sets <number>',
      'of full systems: pages of the filter that references were recorded through; 0: no references',
      wholeNumber(0, 2 ** 20),
    )
    .option('--strict', 'refuse to leave out what the target format cannot hold')
    .option('--quiet', 'no progress and no list of what was left out on stderr')
    .addHelpText('after', MORE)
    .action(async (from, to, { fromFormat, toFormat, name, filterSets, strict = false, quiet = false }) => {
      if (fromFormat !== undefined) lookUp(TRACE_FORMATS, fromFormat, 'trace format');
      const target = targetOf(to, toFormat);
      const { openAnyTrace } = await import('../trace/open.js');
      const source = await openAnyTrace(tracePath(from), {
        ...(fromFormat === undefined ? {} : { format: fromFormat as TraceFormatName }),
        ...(name === undefined ? {} : { name }),
        ...(filterSets === undefined ? {} : { filterSets }),
      });
      if (target === NATIVE) return writeNative(to, source, quiet);
      const drops = new Drops(strict ? target : null);
      const { writeWholeFile } = await import('../trace/whole-file.js');
      await watched(source, NOTHING_WRITTEN, quiet, (rows, signal) => {
        const chunks = EXPORT_FORMATS[target].encode(rows, drops);
        return to === '-' ? print(chunks) : writeWholeFile(to, chunks, signal);
      });
      if (!quiet) process.stderr.write(dropsText(target, drops));
    });
}

/** As `convert`, `gen` and `cut` write it. */
export async function writeNative(file: string, source: TraceSource, quiet = false): Promise<void> {
  const { writeTrace } = await import('../trace/file-writer.js');
  await watched(source, 'no trace was written', quiet, (rows, signal) => writeTrace(file, rows, signal));
}

function targetOf(to: string, given: string | undefined): (typeof TARGETS)[number] {
  if (given !== undefined) {
    const target = oneOf(TARGETS, given, 'format to write');
    if (to === '-' && !isText(target))
      throw new UsageError(`-: found format ${target}; stdout takes formats of text: ${TEXTS.join(', ')}`);
    return target;
  }
  if (to === '-') throw new UsageError(`-: found no --to-format; stdout takes formats of text: ${TEXTS.join(', ')}`);
  if (isNativeName(to)) return NATIVE;
  const plain = plainName(to);
  const found = TARGETS.find((name) => name !== NATIVE && plain.endsWith(EXPORT_FORMATS[name].suffix));
  if (found !== undefined) return found;
  const suffixes = ['.arrows', ...Object.values(EXPORT_FORMATS).map(({ suffix }) => suffix)];
  throw new UsageError(
    `${to}: found no format of that name; expected ${suffixes.map((suffix) => `*${suffix}`).join(', ')}, each also with .br or .gz, or --to-format`,
  );
}

function isText(target: (typeof TARGETS)[number]): boolean {
  return target !== NATIVE && EXPORT_FORMATS[target].text;
}

const TEXTS = TARGETS.filter(isText);

/** At the pace of the reader. */
async function print(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks)
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

function dropsText(target: ExportFormatName, drops: Drops): string {
  const rows = [...drops.byClass].map(([what, count]) => ({
    [`not in ${target}`]: what,
    count: count.toLocaleString('en-US'),
  }));
  return columns(rows);
}
