/** `vmmu plan`: what a fleet costs under each configuration, and profiles of virtual machines. */
import { Command } from '../command.js';
import { planFleetCommand } from './plan-fleet.js';
import { planProfileCommand } from './plan-profile.js';

export function planCommand() {
  const command = new Command('plan')
    .description('plan a fleet of virtual machines: what each configuration costs')
    .addHelpText(
      'after',
      '\nExamples:\n  vmmu plan fleet.yaml\n  vmmu plan profile exits.txt walks.txt -o web.profile.yaml\n  vmmu help plan profile',
    );
  command.addCommand(planFleetCommand(), { isDefault: true });
  command.addCommand(planProfileCommand());
  return command;
}
