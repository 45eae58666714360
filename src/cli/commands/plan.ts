/** `vmmu plan`: what a fleet costs under each configuration, and profiles of virtual machines. */
import { Command } from '../command.js';
import { planFleetCommand } from './plan-fleet.js';

export function planCommand() {
  const command = new Command('plan').description('plan a fleet of virtual machines: what each configuration costs');
  command.addCommand(planFleetCommand(), { isDefault: true });
  return command;
}
