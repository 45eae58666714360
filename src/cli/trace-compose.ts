/** `vmmu trace compose`: several traces as one, or one several times. */
import type { NamedTrace } from '../trace/compose/part.js';
import type { TraceSource } from '../trace/source.js';
import { Command } from './command.js';
import { nonEmpty, wholeNumber } from './options.js';
import { tracePath } from './shipped.js';

const EXAMPLES = `
Examples:
  vmmu trace compose redis sqlite -o both.arrows --quantum 50k      two processes, by turns of 50,000 references
  vmmu trace compose xz -o xz4.arrows --copies 4 --quantum 100k     four processes that run the same
  vmmu trace compose sort xz -o phases.arrows                       one process that executes one after the other
  vmmu trace compose a.arrows b.arrows -o ab.arrows --one-space     without exec in between: memory stays`;

export function composeCommand(write: (file: string, trace: TraceSource) => Promise<void>) {
  return new Command('compose')
    .description('make one trace of several user traces: one after the other, or by turns as processes')
    .argument('<traces...>', 'trace files, or names of shipped traces')
    .requiredOption('-o, --out <file>', 'where to: *.arrows, *.arrows.br or *.arrows.gz', nonEmpty)
    .option(
      '--quantum <references>',
      'each trace is a process, and has a turn of so many references',
      wholeNumber(1, 1e15),
    )
    .option(
      '--copies <number>',
      'go through all traces so many times; each is read by itself, and a *.br takes some 30 MB',
      wholeNumber(1, 256),
      1,
    )
    .option('--one-space', 'one after the other without exec in between: what they have mapped stays')
    .option('--name <name>', 'name of the trace (default: of the traces)', nonEmpty)
    .addHelpText('after', EXAMPLES)
    .action(async (given, { out, copies, ...options }) => {
      const { compose } = await import('../trace/compose/compose.js');
      const { openAnyTrace } = await import('../trace/open.js');
      const paths = given.map(tracePath);
      const traces: NamedTrace[] = [];
      try {
        for (let copy = 0; copy < copies; copy++)
          for (const [at, path] of paths.entries())
            traces.push({ label: given[at]!, source: await openAnyTrace(path) });
        await write(out, compose(traces, { copies, ...options }));
      } finally {
        for (const { source } of traces) await source.close?.();
      }
    });
}
