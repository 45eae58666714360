/** `vmmu sweep`: a cross product of cells, resumable, on one machine or many. */
import { Command } from '../command.js';
import { mergeCommand } from './sweep-merge.js';
import { planCommand } from './sweep-plan.js';
import { sweepRunCommand } from './sweep-run.js';
import { submitCommand } from './sweep-submit.js';

const EXAMPLES = `
Examples:
  vmmu sweep shapes.yaml --out results/shapes      runs what is missing there; the same command goes on after an interrupt
  vmmu sweep plan shapes.yaml                      how many cells, how long, how much memory
  vmmu sweep run shapes.yaml --shard 2/8 --out results/shapes
  vmmu sweep merge results/shapes --out results/shapes
  vmmu sweep submit shapes.yaml --out results/shapes --engine slurm --shards 100

'vmmu help sweep run' says what a sweep file holds.`;

export function sweepCommand() {
  const command = new Command('sweep')
    .description('run a cross product of traces, machines, strategies and values of the configuration')
    .addHelpText('after', EXAMPLES);
  command.addCommand(sweepRunCommand(), { isDefault: true });
  for (const part of [planCommand(), mergeCommand('merge'), submitCommand()]) command.addCommand(part);
  return command;
}
