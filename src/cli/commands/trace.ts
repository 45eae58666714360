/** `vmmu trace`: makes, composes, inspects, cuts and converts traces. */
import { Command } from '../command.js';
import { composeCommand } from '../trace-compose.js';
import { convertCommand, writeNative } from '../trace-convert.js';
import { cutCommand } from '../trace-cut.js';
import { genCommand } from '../trace-gen.js';
import { headCommand } from '../trace-head.js';
import { infoCommand } from '../trace-info.js';
import { validateCommand } from '../trace-validate.js';
import { captureCommand } from './trace-capture.js';
import { importCommand } from './trace-import.js';

export function traceCommand() {
  const command = new Command('trace')
    .description('make, compose, inspect, cut and convert traces')
    .addHelpText('after', '\nExamples:\n  vmmu trace info redis\n  vmmu trace head redis -n 20\n  vmmu help trace gen');
  const parts = [
    genCommand(writeNative),
    importCommand(writeNative),
    captureCommand(writeNative),
    composeCommand(writeNative),
    infoCommand(),
    headCommand(),
    validateCommand(),
    cutCommand(writeNative),
    convertCommand(),
  ];
  for (const part of parts) command.addCommand(part);
  return command;
}
