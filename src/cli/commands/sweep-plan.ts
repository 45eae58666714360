/** `vmmu sweep plan`: what a sweep would run, how long that takes and how much memory, before anything is run. */
import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import { isExcluded } from '../../report/result-row.js';
import type { Outlook } from '../../sweep/outlook.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { nonEmpty, wholeNumber } from '../options.js';
import { durationText } from '../progress.js';
import { filesBeside } from '../sweep-files.js';
import { version } from '../version.js';

const MIB = 2 ** 20;

export function planCommand() {
  return new Command('plan')
    .description('say what a sweep would run, how long it takes and how much memory; run nothing')
    .argument('<file>', 'sweep file (YAML)')
    .option('--out <dir>', 'count the cells that are finished there', nonEmpty)
    .option('--workers <number>', 'worker threads (default: one for each processor)', wholeNumber(1, 1024))
    .addOption(new Option('--format <name>', 'form of the output').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      '\nExamples:\n  vmmu sweep plan shapes.yaml\n  vmmu sweep plan shapes.yaml --out results/shapes --format json',
    )
    .action(async (path, { out, workers = availableParallelism(), format }) => {
      const { readSweep } = await import('../../sweep/cells.js');
      const { planOf, readPlan } = await import('../../sweep/plan-file.js');
      const { outlook } = await import('../../sweep/outlook.js');
      const known = out === undefined ? [] : ((await readPlan(out))?.traces ?? []);
      const found = await interruptible('nothing was run', async (signal) => {
        const sweep = await readSweep(path, filesBeside(path), { mostCells: Infinity, known, signal });
        const say = (file: string): void => void process.stderr.write(`vmmu: ${file}: found a damaged cell\n`);
        return outlook(sweep, planOf(sweep, version()), out, workers, say);
      });
      process.stdout.write(format === 'json' ? `${JSON.stringify(found, null, 2)}\n` : text(found));
    });
}

function text({ name, cells, replays, finished, seconds, workers, memoryBytes }: Outlook): string {
  const reasons = new Map<string, number>();
  for (const { exactness } of cells)
    if (isExcluded({ exactness })) reasons.set(exactness, (reasons.get(exactness) ?? 0) + 1);
  const replayed = finished === null ? `${replays}` : `${replays}, ${finished} of them finished`;
  return [
    `${name}: ${cells.length} cells`,
    ...[...reasons].map(([why, count]) => `  ${count} ${why}`),
    `  replays: ${replayed}`,
    `  about ${durationText(seconds)} with ${workers} threads`,
    `  about ${Math.ceil(memoryBytes / MIB)} MiB for the largest cell and its trace`,
    '',
  ].join('\n');
}
