/** A command whose complaints are one line, and bad usage like any other: what was found, what is allowed, where to read more. */
import { Command as Commander, type CommandOptions, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { unknownName } from '../config/names.js';
import { UsageError } from '../errors.js';

export class Command extends Commander {
  /** Of a group: the part that runs where none is named. */
  defaultPart: CommandUnknownOpts | null = null;

  constructor(name: string) {
    super(name);
    this.exitOverride();
  }

  override addCommand(part: CommandUnknownOpts, options?: CommandOptions): this {
    if (options?.isDefault === true) this.defaultPart = part;
    return super.addCommand(part, options);
  }

  override error(message: string, options?: { readonly code?: string }): never {
    const names = this.createHelp()
      .visibleCommands(this)
      .map((command) => command.name());
    const text =
      options?.code === 'commander.unknownCommand'
        ? unknownName('command', this.args[0]!, names)
        : message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    throw new UsageError(`${text.replace(/\.$/, '')}; see '${titleOf(this)} --help'`);
  }
}

/** As typed: `vmmu trace gen`. */
export function titleOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${titleOf(command.parent)} ${command.name()}`;
}

/** Of a group: the part that runs where none is named; null of others. */
export function defaultPart(command: CommandUnknownOpts): CommandUnknownOpts | null {
  return command instanceof Command ? command.defaultPart : null;
}
