/** `vmmu help run`, `vmmu help trace gen`: the same as `--help` behind the command. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { lookUp } from '../../config/names.js';
import { Command } from '../command.js';

export function helpCommand(program: CommandUnknownOpts) {
  return new Command('help')
    .description('show what a command takes')
    .argument('[command...]', 'the command, for example: trace gen')
    .addHelpText('after', '\nExample:\n  vmmu help trace gen')
    .action((names) => {
      names.reduce((found, name) => lookUp(partsOf(found), name, 'command'), program).outputHelp();
    });
}

function partsOf(command: CommandUnknownOpts): Record<string, CommandUnknownOpts> {
  return Object.fromEntries(command.commands.map((part) => [part.name(), part]));
}
