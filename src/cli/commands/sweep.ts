/** `vmmu sweep`: many cells. */
import { Command } from '../command.js';
import { submitCommand } from './sweep-submit.js';

export function sweepCommand() {
  return new Command('sweep').description('run many cells').addCommand(submitCommand());
}
