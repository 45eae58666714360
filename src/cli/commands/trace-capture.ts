/** `vmmu trace capture`: runs a program under a recorder, and imports what that leaves, in one go. */
import { Option } from '@commander-js/extra-typings';
import { RECORDERS, type RecorderName } from '../../trace/capture/index.js';
import type { Recorder } from '../../trace/capture/recorder.js';
import type { TraceSource } from '../../trace/source.js';
import { Command } from '../command.js';
import { notesText } from '../import-notes.js';
import { interruptible } from '../interrupt.js';
import { nonEmpty, wholeNumber } from '../options.js';

const NAMES = Object.keys(RECORDERS) as RecorderName[];

const recorders = Object.entries<Recorder>(RECORDERS)
  .map(([name, { description, programs }]) => {
    const packages = [...new Set(Object.values(programs))].join(', ');
    return `  ${name.padEnd(13)}${description}; Debian: ${packages}`;
  })
  .join('\n');

const MORE = `
Recorders:
${recorders}

A region of interest begins and ends where the program calls access("/vmmu:begin", 0) and access("/vmmu:end", 0).

Examples:
  vmmu trace capture --with lackey -o ls.arrows.br -- ls -l
  vmmu trace capture --with qemu-user --roi --limit 10m -o loop.arrows.br -- ./loop
  vmmu trace capture --with perf -o make.arrows.br -- make
  vmmu trace capture --with qemu-system -o boot.arrows.br -- -m 256 -nographic -kernel vmlinuz -initrd initrd.gz -append console=ttyS0`;

export function captureCommand(write: (file: string, source: TraceSource) => Promise<void>) {
  return new Command('capture')
    .description('run a program under a tool that records it, and make a trace of it')
    .argument('<command...>', 'the program and its arguments, behind --; of qemu-system, the arguments only')
    .addOption(new Option('--with <recorder>', 'the tool').choices(NAMES).makeOptionMandatory())
    .requiredOption('-o, --out <file>', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .option('--name <name>', 'name of the trace (default: of the program)', nonEmpty)
    .option('--roi', 'only from the marker begin to the marker end')
    .option('--skip <references>', 'leave out so many references at the beginning', wholeNumber(1, 1e15))
    .option('--limit <references>', 'keep so many; the program runs to its end all the same', wholeNumber(1, 1e15))
    .option(
      '--filter <pages>',
      'of qemu-system: pages of the filter that references are recorded through (default: 512); 0: no references',
      wholeNumber(0, 2 ** 20),
    )
    .option('--strict', 'whatever cannot be kept is an error')
    .addHelpText('after', MORE)
    .action(async (command, { with: recorder, out, name, roi = false, skip = 0, limit, filter, strict = false }) => {
      const { capture } = await import('../../trace/capture/capture.js');
      const { windowOf } = await import('../../trace/capture/window.js');
      const { checkTraceTarget } = await import('../../trace/file-writer.js');
      await checkTraceTarget(out);
      const options = {
        strict,
        ...(name === undefined ? {} : { name }),
        ...(filter === undefined ? {} : { filterPages: filter }),
      };
      await interruptible('no trace was written', (signal) =>
        capture(recorder, command, { ...options, signal }, async ({ source, ended }) => {
          if (ended !== 0) process.stderr.write(`the program ended with ${ended}\n`);
          const whole = windowOf(source, { roi, skip, ...(limit === undefined ? {} : { limit }) });
          await write(out, whole);
          process.stderr.write(notesText(source.notes?.record));
        }),
      );
    });
}
