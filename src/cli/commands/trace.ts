/** `vmmu trace`: makes, inspects and converts traces. */
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { lookUp, oneOf } from '../../config/names.js';
import { TRACE_FORMATS, type TraceFormatName } from '../../trace/formats/index.js';
import { generateTrace, INSERTABLE_EVENTS, MOST_PAGES, type InsertableEvent } from '../../trace/generate.js';
import { GENERATORS } from '../../trace/generators/index.js';
import type { PageGeneratorName } from '../../trace/generators/pages/index.js';
import { abortable, type TraceSource } from '../../trace/source.js';
import type { TraceStatistics } from '../../trace/statistics.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { nonEmpty, wholeNumber } from '../options.js';
import { tracePath } from '../shipped.js';
import { infoText } from '../trace-info.js';

const NOTHING_WRITTEN = 'no trace was written';

export function traceCommand() {
  const command = new Command('trace')
    .description('make, inspect and convert traces')
    .addHelpText('after', '\nExamples:\n  vmmu trace info redis\n  vmmu help trace gen');
  for (const part of [genCommand(), infoCommand(), convertCommand()]) command.addCommand(part);
  return command;
}

function genCommand() {
  return new Command('gen')
    .description('make a synthetic trace')
    .argument('<generator>', Object.keys(GENERATORS).join(', '))
    .argument('<file>', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .option('--refs <number>', 'references, for example 20m', wholeNumber(1, 1e12), 20_000_000)
    .option('--pages <number>', 'pages of the region, a power of two', wholeNumber(1, MOST_PAGES), 2 ** 20)
    .option(
      '--base <address>',
      'first address of the region (default: 0x10000000000; below 4 GiB for 32-bit guests)',
      pageAddress,
    )
    .option('--lines', 'references to 64-byte lines of the pages, so that data competes with tables for the caches')
    .option('--seed <number>', 'another stream of the same kind', wholeNumber(0, 2 ** 32 - 1))
    .option('--every <event=refs>', `insert an event after so many references: ${INSERTABLE_EVENTS.join(', ')}`, every)
    .option('--name <name>', 'name of the trace (default: of the generator)', nonEmpty)
    .addHelpText(
      'after',
      '\nExamples:\n  vmmu trace gen zipf zipf.arrows.br --refs 20m --every cpuid=100k,io=1m\n  vmmu trace gen uniform narrow.arrows --base 0x40000000 --pages 65536 --lines',
    )
    .action(async (generator, file, { refs, pages, base, lines, seed, every, name }) => {
      lookUp(GENERATORS, generator, 'generator');
      const options = {
        refs,
        pages,
        ...(base === undefined ? {} : { base }),
        ...(lines === undefined ? {} : { lines }),
        ...(every === undefined ? {} : { every }),
        ...(seed === undefined ? {} : { seed }),
        ...(name === undefined ? {} : { name }),
      };
      const trace = generateTrace(generator as PageGeneratorName, options);
      await write(file, trace);
    });
}

/** The page of an address that begins one. */
function pageAddress(text: string): number {
  const address = /^0x[0-9a-f]{1,16}$/i.test(text) ? Number(text) : NaN;
  if (!(address % 4096 === 0))
    throw new InvalidArgumentError('Allowed: the hexadecimal address of a page, as 0x40000000.');
  return address / 4096;
}

type Periods = Partial<Record<InsertableEvent, number>>;

/** `cpuid=100k,io=1m`, or several uses of the option. */
function every(text: string, before: Periods = {}): Periods {
  return text.split(',').reduce((periods, part) => {
    const [, event, period] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    if (event === undefined || period === undefined)
      throw new InvalidArgumentError('Allowed: event=references, for example cpuid=100k.');
    return { ...periods, [oneOf(INSERTABLE_EVENTS, event, 'event')]: wholeNumber(1, 1e12)(period) };
  }, before);
}

function infoCommand() {
  return new Command('info')
    .description('what a trace holds, in exact numbers')
    .argument('<trace>', 'a trace file, or the name of a shipped trace')
    .addOption(new Option('--format <name>', 'how to print it').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  vmmu trace info redis\n  vmmu trace info my.arrows.br --format json')
    .action(async (given, { format }) => {
      const { openAnyTrace } = await import('../../trace/open.js');
      const { traceStatistics } = await import('../../trace/statistics.js');
      const source = await openAnyTrace(tracePath(given));
      const statistics: TraceStatistics = await interruptible('nothing was printed', (signal) =>
        traceStatistics(abortable(source, signal)),
      );
      const { name, characteristics, source: origin } = source.header;
      const document = { schema: 'vmmu/trace-info@1', name, source: origin, characteristics, ...statistics };
      process.stdout.write(
        format === 'json' ? `${JSON.stringify(document, null, 1)}\n` : infoText(source.header, statistics),
      );
    });
}

function convertCommand() {
  return new Command('convert')
    .description('convert a trace to the native format, or change its compression')
    .argument('<from>', `a trace file: native, ${Object.keys(TRACE_FORMATS).join(' or ')}`)
    .argument('<to>', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .option('--from-format <name>', 'format of the source, when its first bytes do not tell')
    .option('--name <name>', 'name of the trace (default: the one it has, or of its file)', nonEmpty)
    .option(
      '--filter-sets <number>',
      'pages of the filter a vmtrace was captured through; 0: no references',
      wholeNumber(0, 2 ** 20),
    )
    .addHelpText('after', '\nExample:\n  vmmu trace convert boot-f512.bin.zst boot.arrows.br --filter-sets 512')
    .action(async (from, to, { fromFormat, name, filterSets }) => {
      if (fromFormat !== undefined) lookUp(TRACE_FORMATS, fromFormat, 'trace format');
      const { openAnyTrace } = await import('../../trace/open.js');
      const source = await openAnyTrace(tracePath(from), {
        ...(fromFormat === undefined ? {} : { format: fromFormat as TraceFormatName }),
        ...(name === undefined ? {} : { name }),
        ...(filterSets === undefined ? {} : { filterSets }),
      });
      await write(to, source);
    });
}

async function write(file: string, source: TraceSource): Promise<void> {
  const { writeTrace } = await import('../../trace/file-writer.js');
  await interruptible(NOTHING_WRITTEN, (signal) => writeTrace(file, source, signal));
}
