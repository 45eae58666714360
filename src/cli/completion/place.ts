/** Where a word stands on a command line that is not finished: whose option's value, or which operand of which command. */
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { defaultPart } from '../command.js';

export interface Place {
  /** The command that the words before name; of a group what it does where none is named. */
  readonly command: CommandUnknownOpts;
  /** The group whose commands may still be named here. */
  readonly group: CommandUnknownOpts | null;
  /** The option whose value stands here. */
  readonly option: Option | null;
  readonly operands: readonly string[];
  /** Behind `--`, where nothing is an option. */
  readonly literal: boolean;
}

/** @param words those that stand before, without the program's name */
export function placeAfter(words: readonly string[], program: CommandUnknownOpts): Place {
  let command = program;
  let option: Option | null = null;
  let literal = false;
  const operands: string[] = [];
  for (const word of words) {
    const flag = !literal && word.startsWith('-') && word !== '-';
    if (option !== null && !(flag && option.optional)) {
      option = null;
    } else if (flag) {
      literal = word === '--';
      option = optionOf(command, word);
    } else {
      const part = operands.length === 0 ? partOf(command, word) : undefined;
      if (part === undefined) operands.push(word);
      else command = part;
    }
  }
  const open = operands.length === 0 && !literal && command.commands.length > 0;
  return { command: defaultPart(command) ?? command, group: open ? command : null, option, operands, literal };
}

/** The command of that name which a command has. */
export function partOf(command: CommandUnknownOpts, name: string): CommandUnknownOpts | undefined {
  return command.commands.find((part) => part.name() === name);
}

/** The option of that name, if a value may follow it. */
function optionOf(command: CommandUnknownOpts, flag: string): Option | null {
  const { options } = defaultPart(command) ?? command;
  const found = options.find(({ long, short }) => flag === long || flag === short);
  return found !== undefined && (found.required || found.optional) ? found : null;
}
