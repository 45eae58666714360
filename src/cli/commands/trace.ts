/** `vmmu trace`: makes, composes, inspects and converts traces. */
import { lookUp } from '../../config/names.js';
import { TRACE_FORMATS, type TraceFormatName } from '../../trace/formats/index.js';
import type { TraceSource } from '../../trace/source.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { nonEmpty, wholeNumber } from '../options.js';
import { tracePath } from '../shipped.js';
import { composeCommand } from '../trace-compose.js';
import { genCommand } from '../trace-gen.js';
import { cutCommand } from '../trace-cut.js';
import { infoCommand } from '../trace-info.js';
import { validateCommand } from '../trace-validate.js';
import { importCommand } from './trace-import.js';

const NOTHING_WRITTEN = 'no trace was written';

export function traceCommand() {
  const command = new Command('trace')
    .description('make, compose, inspect, cut and convert traces')
    .addHelpText('after', '\nExamples:\n  vmmu trace info redis\n  vmmu help trace gen');
  const parts = [
    genCommand(write),
    importCommand(write),
    composeCommand(write),
    infoCommand(),
    validateCommand(),
    cutCommand(write),
    convertCommand(),
  ];
  for (const part of parts) command.addCommand(part);
  return command;
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
