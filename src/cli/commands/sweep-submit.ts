/** `vmmu sweep submit`: a sweep's shards for many machines, as jobs of a queue or as scripts. */
import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../../errors.js';
import type { Engine, Job } from '../../sweep/submit/engine.js';
import { ENGINES, type EngineName } from '../../sweep/submit/index.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { nonEmpty, wholeNumber } from '../options.js';
import { filesBeside } from '../sweep-files.js';
import { version } from '../version.js';
import { MOST_CELLS } from './sweep-run.js';

const NAMES = Object.keys(ENGINES) as EngineName[];

const MORE = `
Engines:
${NAMES.map((name) => `  ${name.padEnd(8)}${ENGINES[name].description}`).join('\n')}

Examples:
  vmmu sweep submit sweep.yaml --out results/sweep --engine slurm --shards 100 --cpus 4 --memory 8192 --time 60
  vmmu sweep submit sweep.yaml --out results/sweep --engine script --shards 8

Exit status: 0 fine, 2 bad usage or input.`;

export function submitCommand() {
  return new Command('submit')
    .description('run a sweep on many machines')
    .argument('<file>', 'sweep file (YAML)')
    .requiredOption('--out <folder>', 'where cells and results go; scripts into submit below it', nonEmpty)
    .addOption(new Option('--engine <name>', 'how').choices(NAMES).makeOptionMandatory())
    .requiredOption('--shards <number>', 'parts that run by themselves, of many cells each', wholeNumber(1, 1e5))
    .option('--cpus <number>', 'processors of a shard', wholeNumber(1, 1024), 1)
    .option('--memory <MiB>', 'memory of a shard', wholeNumber(1, 2 ** 30))
    .option('--time <minutes>', 'of slurm: what a shard may take', wholeNumber(1, 1e6))
    .option('--partition <name>', 'of slurm: where', nonEmpty)
    .option('--yes', `also more than ${MOST_CELLS} cells`)
    .option('--dry-run', 'write the scripts and submit nothing')
    .addHelpText('after', MORE)
    .action(async (file, { out, engine: name, shards, cpus, memory, time, partition, yes = false, dryRun = false }) => {
      const { writeFolder } = await import('../../report/out-dir.js');
      const { readSweep } = await import('../../sweep/cells.js');
      const { planOf, readPlan } = await import('../../sweep/plan-file.js');
      const { begin } = await import('../../sweep/run-sweep.js');
      const engine: Engine = ENGINES[name];
      const job: Job = {
        program: [process.execPath, ...process.execArgv, process.argv[1]!],
        folder: process.cwd(),
        sweep: resolve(file),
        out: resolve(out),
        shards,
        cpus,
        memoryMiB: memory,
        minutes: time,
        partition,
      };
      for (const text of [job.folder, file, out, partition ?? ''])
        if (/\p{Cc}/u.test(text)) throw new UsageError(`${text}: found a control character; no script can hold it`);
      engine.check(job);
      const known = (await readPlan(out))?.traces ?? [];
      const sweep = await interruptible('nothing was submitted', (signal) =>
        readSweep(file, filesBeside(file), { mostCells: yes ? Infinity : MOST_CELLS, known, signal }),
      );
      if (shards > sweep.cells.length)
        throw new UsageError(`--shards ${shards}: the sweep has ${sweep.cells.length} cells; allowed: at most so many`);
      if (!dryRun) await engine.queue?.find();
      await begin(out, planOf(sweep, version()));
      const scripts = engine.scripts(job);
      await writeFolder(resolve(out, 'submit'), scripts);
      const written = `written  ${Object.keys(scripts).join(', ')} in ${resolve(out, 'submit')}\n`;
      if (engine.queue === undefined || dryRun) process.stdout.write(`${written}\nTo run it:\n${engine.byHand(job)}`);
      else process.stdout.write(`${written}${await engine.queue.submit(job)}`);
    });
}
