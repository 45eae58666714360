/** All commands. Each one's file says what it takes; what is heavy is loaded when it runs. */
import { Command } from './command.js';
import { benchCommand } from './commands/bench.js';
import { completeCommand, completionCommand } from './commands/completion.js';
import { explainCommand } from './commands/explain.js';
import { figureCommand } from './commands/figure.js';
import { helpCommand } from './commands/help.js';
import { listCommand } from './commands/list.js';
import { planCommand } from './commands/plan.js';
import { probeCommand } from './commands/probe.js';
import { reproduceCommand } from './commands/reproduce.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { schemaCommand } from './commands/schema.js';
import { shareCommand } from './commands/share.js';
import { traceCommand } from './commands/trace.js';
import { mergeCommand } from './commands/sweep-merge.js';
import { sweepCommand } from './commands/sweep.js';
import { verifyCommand } from './commands/verify.js';
import { version } from './version.js';

const MORE = `
Examples:
  vmmu run                                    the shipped traces under native, shadow and nested paging
  vmmu run redis --machine amd-barcelona      one of them, on the first processor with nested paging
  vmmu explain                                one address translation, step by step
  vmmu list machines                          what can be named

Exit status: 0 fine, 1 a check failed, 2 bad usage or input, 70 a defect of vmmu, 130 interrupted.`;

export function createProgram() {
  const program = new Command('vmmu')
    .description('Replays address traces under native, shadow and nested paging and says what translation costs.')
    .version(version())
    .helpCommand(false)
    .addHelpText('after', MORE);
  for (const command of [
    runCommand(),
    sweepCommand(),
    mergeCommand('merge'),
    shareCommand(),
    explainCommand(),
    traceCommand(),
    planCommand(),
    listCommand(),
    schemaCommand(),
    verifyCommand(),
    reproduceCommand(),
    figureCommand(),
    reportCommand(),
    probeCommand(),
    benchCommand(),
    completionCommand(),
    helpCommand(program),
  ])
    program.addCommand(command);
  program.addCommand(completeCommand(program), { hidden: true });
  return program;
}
