/** `vmmu plan`: what a virtual machine does in a second, and what that will cost on a host. */
import { Command } from '../command.js';
import { planProfileCommand } from './plan-profile.js';

export function planCommand() {
  const command = new Command('plan')
    .description('plan hosts for virtual machines, from what was measured of them')
    .addHelpText(
      'after',
      '\nExamples:\n  vmmu plan profile exits.txt walks.txt -o web.profile.yaml\n  vmmu help plan profile',
    );
  for (const part of [planProfileCommand()]) command.addCommand(part);
  return command;
}
