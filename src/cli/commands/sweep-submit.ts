/** `vmmu sweep submit`: a sweep's shards for many machines, as jobs of a queue or as scripts. */
import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../../errors.js';
import type { Engine, Job } from '../../sweep/submit/engine.js';
import { ENGINES, type EngineName } from '../../sweep/submit/index.js';
import { Command } from '../command.js';
import { nonEmpty, readText, wholeNumber } from '../options.js';

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
    .argument('<file>', 'what to run, as for sweep run')
    .requiredOption('--out <folder>', 'where cells and results go; scripts into submit below it', nonEmpty)
    .addOption(new Option('--engine <name>', 'how').choices(NAMES).makeOptionMandatory())
    .requiredOption('--shards <number>', 'parts that run by themselves, of many cells each', wholeNumber(1, 1e5))
    .option('--cpus <number>', 'processors of a shard', wholeNumber(1, 1024), 1)
    .option('--memory <MiB>', 'memory of a shard', wholeNumber(1, 2 ** 30))
    .option('--time <minutes>', 'of slurm: what a shard may take', wholeNumber(1, 1e6))
    .option('--partition <name>', 'of slurm: where', nonEmpty)
    .option('--dry-run', 'write the scripts and submit nothing')
    .addHelpText('after', MORE)
    .action(async (file, { out, engine: name, shards, cpus, memory, time, partition, dryRun = false }) => {
      const { writeFolder } = await import('../../report/out-dir.js');
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
      readText(file);
      for (const text of [job.folder, file, out, partition ?? ''])
        if (/\p{Cc}/u.test(text)) throw new UsageError(`${text}: found a control character; no script can hold it`);
      engine.check(job);
      if (!dryRun) await engine.queue?.find();
      const scripts = engine.scripts(job);
      await writeFolder(resolve(out, 'submit'), scripts);
      const written = `written  ${Object.keys(scripts).join(', ')} in ${resolve(out, 'submit')}\n`;
      if (engine.queue === undefined || dryRun) process.stdout.write(`${written}\nTo run it:\n${engine.byHand(job)}`);
      else process.stdout.write(`${written}${await engine.queue.submit(job)}`);
    });
}
