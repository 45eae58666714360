/** `vmmu completion`: a script that has a shell complete commands, options and names; `vmmu complete` is what it asks. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { oneOf } from '../../config/names.js';
import { Command } from '../command.js';

const MORE = `
Completed are commands, options, their choices, and the names that 'vmmu list' lists. The shell must find vmmu on its PATH.

Examples:
  vmmu completion bash >> ~/.bashrc                                          without the package bash-completion
  mkdir -p ~/.local/share/bash-completion/completions                        with it: the folder, and the file
  vmmu completion bash > ~/.local/share/bash-completion/completions/vmmu
  vmmu completion zsh > "\${fpath[1]}/_vmmu"                                  with compinit in ~/.zshrc
  vmmu completion fish > ~/.config/fish/completions/vmmu.fish
  source <(vmmu completion bash)                                             for this bash or zsh only
  vmmu completion fish | source                                              for this fish only`;

export function completionCommand() {
  return new Command('completion')
    .description('print a script for the completion of a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', MORE)
    .action(async (given) => {
      const { printScript, SHELLS } = await import('../completion/scripts.js');
      printScript(oneOf(SHELLS, given, 'shell'));
    });
}

/** Prints words, each with a tab and what it is, and a directive of the scripts in a last line. */
export function completeCommand(program: CommandUnknownOpts) {
  return new Command('complete')
    .description('print how a command line may go on')
    .argument('[words...]', "behind --: the words of the line up to the cursor, without the program's name")
    .action(async (words) => {
      const { completionsOf } = await import('../completion/complete.js');
      const { directiveOf } = await import('../completion/scripts.js');
      const { candidates, otherwise } = await completionsOf(words, program);
      const lines = candidates.map(({ word, title }) => `${word}\t${title}`);
      process.stdout.write([...lines, `:${directiveOf(otherwise)}`, ''].join('\n'));
    });
}
