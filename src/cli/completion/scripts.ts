/** Scripts with which shells ask `vmmu complete` for completions: of zsh and fish those of @bomb.sh/tab, whose protocol they speak. */
import { script, ShellCompDirective } from '@bomb.sh/tab';
import type { Otherwise } from './complete.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/**
 * The package's own script for bash needs another package, runs what has been typed, and completes neither files nor `--option=value`.
 * Directives: 4 is no files, 16 is folders.
 */
const BASH = `# bash completion for vmmu

_vmmu() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :4) compopt +o default ;;
        :16) compopt -o dirnames +o default ;;
        :*) ;;
        *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done < <(vmmu complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -o default -F _vmmu vmmu
`;

const DIRECTIVES: Readonly<Record<Otherwise, number>> = {
  nothing: ShellCompDirective.ShellCompDirectiveNoFileComp,
  files: ShellCompDirective.ShellCompDirectiveDefault,
  folders: ShellCompDirective.ShellCompDirectiveFilterDirs,
};

/** What the scripts take it by. */
export function directiveOf(otherwise: Otherwise): number {
  return DIRECTIVES[otherwise];
}

export function printScript(shell: (typeof SHELLS)[number]): void {
  if (shell === 'bash') process.stdout.write(BASH);
  else script(shell, 'vmmu', 'vmmu');
}
