/** A command whose complaints are one line, and bad usage like any other: what was found, what is allowed, where to read more. */
import { Command as Commander, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { unknownName } from '../config/names.js';
import { UsageError } from '../errors.js';

export class Command extends Commander {
  constructor(name: string) {
    super(name);
    this.exitOverride();
  }

  override error(message: string, options?: { readonly code?: string }): never {
    const names = this.commands.map((command) => command.name());
    const text =
      options?.code === 'commander.unknownCommand'
        ? unknownName('command', this.args[0]!, names)
        : message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    throw new UsageError(`${text.replace(/\.$/, '')}; see '${title(this)} --help'`);
  }
}

/** As typed: `vmmu trace gen`. */
function title(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${title(command.parent)} ${command.name()}`;
}
