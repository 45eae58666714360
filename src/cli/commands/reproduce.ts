/** `vmmu reproduce`: arguments that somebody made, run again from their cells, with the answer first. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Option } from '@commander-js/extra-typings';
import type { Experiment, ExperimentOptions, Outcome } from '../../experiments/experiment.js';
import type { ExperimentName } from '../../experiments/index.js';
import { UsageError } from '../../errors.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { lateProgress } from '../progress.js';
import { version } from '../version.js';

const FORMATS = ['table', 'markdown', 'latex', 'json'] as const;

const EXAMPLES = `
Examples:
  vmmu reproduce hundred-times                     exits, cycles and multiples of bare metal of each sensitive operation
  vmmu reproduce hundred-times --quick             three processor generations instead of eight
  vmmu reproduce hundred-times --out results       also results/hundred-times: CSV, Arrow, figures, tables for LaTeX, a page;
                                                   results/experiments.md: all answers
  vmmu reproduce --out mine --resume               all that are not there yet, as after Ctrl-C
  vmmu list experiments

Exit status: 0 also where a published band is missed: what is missed is in the table.`;

export function reproduceCommand() {
  return new Command('reproduce')
    .description('run published arguments again: tables, figures and the answer')
    .argument('[names...]', 'experiments; all by default')
    .option('--quick', 'smaller forms with the same columns; without names of those only that take a minute together')
    .option('--out <dir>', 'also write a folder for each experiment there')
    .option('--resume', 'leave out experiments that this version has written to --out in the same form')
    .addOption(new Option('--format <name>', 'what is printed').choices(FORMATS).default('table' as const))
    .option('--workers <number>', 'worker threads (default: one for each processor)', wholeNumber(1, 1024))
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (names, { quick = false, out, resume = false, format, workers, quiet = false }) => {
      if (resume && out === undefined)
        throw new UsageError('--resume: needs the folder that was written to: --out DIR');
      const { EXPERIMENTS } = await import('../../experiments/index.js');
      const { oneOf } = await import('../../config/names.js');
      const all = Object.keys(EXPERIMENTS) as ExperimentName[];
      const chosen =
        names.length === 0
          ? all.filter((name) => !(quick && 'long' in EXPERIMENTS[name]))
          : names.map((name) => oneOf(all, name, 'experiment'));
      if (out !== undefined) await (await import('../../report/out-dir.js')).checkOutDir(out);
      const written = resume ? await writtenBefore(out!, quick) : [];
      const missing = chosen.filter((name) => !written.includes(name));
      await interruptible(
        'with --out finished experiments are written; --resume goes on after them',
        async (signal) => {
          for (const name of missing) {
            const experiment: Experiment = EXPERIMENTS[name];
            const outcome = await run(name, experiment, { quick, workers, signal }, quiet);
            // An experiment that never waits hides a signal until now.
            await setImmediate();
            signal.throwIfAborted();
            if (out !== undefined) {
              const { experimentFiles } = await import('../experiment-files.js');
              const { writeFolder } = await import('../../report/out-dir.js');
              await writeFolder(join(out, name), await experimentFiles(name, experiment, outcome, quick));
            }
            process.stdout.write(await printed(name, experiment, outcome, format));
          }
        },
      );
      if (out !== undefined) await writeContents(out);
    });
}

/** Of all experiments that have written there, now or before. */
async function writeContents(out: string): Promise<void> {
  const { contentsPage } = await import('../../print/contents.js');
  const { storedExperiments } = await import('../../print/stored.js');
  const { writeFolder } = await import('../../report/out-dir.js');
  await writeFolder(out, { 'experiments.md': contentsPage(await storedExperiments(out)) });
}

/** Experiments that need not run again. */
async function writtenBefore(out: string, quick: boolean): Promise<string[]> {
  const { storedExperiments } = await import('../../print/stored.js');
  const stored = existsSync(out) ? await storedExperiments(out) : [];
  return stored.filter((one) => one.quick === quick && one.version === version()).map(({ experiment }) => experiment);
}

async function run(name: string, experiment: Experiment, options: ExperimentOptions, quiet: boolean): Promise<Outcome> {
  const shown = lateProgress('parts', quiet);
  try {
    return await experiment.run(options, (of) => shown.step(name, of));
  } finally {
    shown.end();
  }
}

async function printed(
  name: string,
  experiment: Experiment,
  outcome: Outcome,
  format: (typeof FORMATS)[number],
): Promise<string> {
  if (format === 'json')
    return `${JSON.stringify({ schema: 'vmmu/reproduce@1', name, answer: outcome.answer, records: objects(outcome) }, null, 2)}\n`;
  if (format === 'markdown') return (await import('../experiment-files.js')).experimentPage(experiment, outcome);
  if (format === 'latex') return (await import('../../report/latex.js')).reportLatex(outcome);
  const { reportText } = await import('../../report/table.js');
  return `${reportText(outcome)}\n${outcome.answer.join('\n')}\n`;
}

function objects({ records }: Outcome): Record<string, object[]> {
  return Object.fromEntries(
    Object.entries(records).map(([name, { columns, records: rows }]) => [
      name,
      rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))),
    ]),
  );
}
