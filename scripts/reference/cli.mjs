// The command line, command by command, as its own help has it.
import { createProgram } from '../../dist/cli/program.js';
import { code, page, table, text } from './markdown.mjs';

export function cli() {
  const program = createProgram();
  const commands = program.commands.filter((command) => command.name() !== 'help');
  return page(
    '# Command line',
    'Every command with its arguments and options, as `vmmu help COMMAND` prints them.',
    contents(commands),
    section(program),
    commands.flatMap(withParts).map(section),
  );
}

/** A command, and the commands of its group. */
function withParts(command) {
  return [command, ...command.commands.filter((part) => part.name() !== 'help').flatMap(withParts)];
}

function section(command) {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const given = [
    ...help.visibleArguments(command).map((term) => ({
      'argument, option': code(help.argumentTerm(term)),
      meaning: text(help.argumentDescription(term)),
    })),
    ...options.map((option) => ({
      'argument, option': code(help.optionTerm(option)),
      meaning: text(help.optionDescription(option)),
    })),
  ];
  const more = behind(command).trim();
  return [
    `## ${title(command)}`,
    sentence(text(help.commandDescription(command))),
    code(help.commandUsage(command)),
    given.length > 0 ? [table(given)] : [],
    command.commands.length > 0 && command.parent !== null ? [contents(command.commands)] : [],
    more === '' ? [] : [`\`\`\`text\n${more}\n\`\`\``],
  ];
}

/** What a command's help has behind the options. */
function behind(command) {
  let whole = '';
  command.configureOutput({ writeOut: (part) => void (whole += part) });
  command.outputHelp();
  return whole.slice(command.helpInformation().length);
}

function contents(commands) {
  const known = commands.filter((command) => command.name() !== 'help');
  return known
    .map((command) => `- [\`${title(command)}\`](#${anchor(command)}): ${text(command.description())}`)
    .join('\n');
}

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`;

const title = (command) => (command.parent === null ? command.name() : `${title(command.parent)} ${command.name()}`);

const anchor = (command) => title(command).replaceAll(' ', '-');
