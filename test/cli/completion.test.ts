import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { completionsOf } from '../../src/cli/completion/complete.js';
import { NAMES, NAMES_OR_FILES } from '../../src/cli/completion/names.js';
import { titleOf } from '../../src/cli/command.js';
import { LIST_KINDS } from '../../src/cli/listed.js';
import { createProgram } from '../../src/cli/program.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { CONTENDER_NAMES } from '../../src/run/contender.js';
import { withProgram } from '../support/program.js';
import { MAIN, printed, temporaryFolder } from './vmmu.js';

const program = createProgram() as unknown as CommandUnknownOpts;

async function completed(line: string): Promise<string[]> {
  const { candidates } = await completionsOf(line.split(' '), program);
  return candidates.map(({ word }) => word);
}

async function otherwise(line: string): Promise<string> {
  return (await completionsOf(line.split(' '), program)).otherwise;
}

describe('a line goes on with', () => {
  test.each([
    ['ru', ['run']],
    ['trace g', ['gen']],
    ['help trace g', ['gen']],
    ['run --mach', ['--machine']],
    ['sweep mine.yaml --no-re', ['--no-resume']],
    ['run --walk-caches 1', ['1d']],
    ['run --walk-caches=1', ['1d']],
    ['run --walk-caches = 1', ['1d']],
    ['run redis --guest-pages th', ['thp']],
    ['run --machine amd-zen4,amd-barc', ['amd-zen4,amd-barcelona']],
    ['run --machine amd-zen4,amd-zen4', []],
    ['share --machine amd-barc', ['amd-barcelona']],
    ['run redis --format nd', ['ndjson']],
    ['run --strategy nested,be', ['nested,best']],
    ['share --strategy be', []],
    ['run --quiet red', ['redis']],
    ['run --workers 2 red', ['redis']],
    ['bench --yardstick --qui', ['--quick', '--quiet']],
    ['list mach', ['machines']],
    ['list machines amd-barc', ['amd-barcelona']],
    ['list --format json machines amd-barc', ['amd-barcelona']],
    ['reproduce gups hundred', ['hundred-times']],
    ['figure break-even pap', ['paper']],
    ['verify vec', ['vectors']],
    ['trace gen zipf-', ['zipf-in-order']],
    ['trace convert redis x --to-format cha', ['champsim']],
    ['schema flee', ['fleet']],
    ['completion f', ['fish']],
    ['trace capture --with perf -- --wi', []],
    ['compl', ['completion']],
  ])('%s…', async (line, words) => expect(await completed(line)).toEqual(words));

  test('all machines, all strategies, all lists', async () => {
    expect(await completed('run --machine ')).toEqual(Object.keys(MACHINES));
    expect(await completed('share --strategy ')).toEqual(CONTENDER_NAMES);
    expect(await completed('list ')).toEqual(LIST_KINDS);
  });

  test('options, where no operand may follow', async () => {
    expect(await completed('bench ')).toContain('--yardstick');
    expect(await completed('run ')).not.toContain('--machine');
  });
});

test.each([
  ['run ', 'files'],
  ['run --machine ', 'files'],
  ['run --config ', 'files'],
  ['run --out ', 'folders'],
  ['run --workers ', 'nothing'],
  ['run --set machine', 'nothing'],
  ['plan ', 'files'],
  ['trace gen zipf ', 'files'],
  ['schema ', 'nothing'],
])('%s… where no name fits: %s', async (line, expected) => expect(await otherwise(line)).toBe(expected));

test('each place that has names is an option or argument of a command, without choices of its own', () => {
  const open = placesBelow(program);
  const stale = Object.keys({ ...NAMES, ...NAMES_OR_FILES }).filter((place) => !open.includes(place));
  expect(stale).toEqual([]);
});

/** `--option` and `argument`, both alone and behind their commands. */
function placesBelow(command: CommandUnknownOpts): string[] {
  const own = [
    ...command.options.filter(({ argChoices }) => argChoices === undefined).map(({ long }) => long),
    ...command.registeredArguments.map((argument) => argument.name()),
  ].flatMap((name) => [name, `${titleOf(command)} ${name}`]);
  return [...own, ...command.commands.flatMap(placesBelow)] as string[];
}

const folder = temporaryFolder();
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'vmmu'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
chmodSync(join(bin, 'vmmu'), 0o755);

/** What a shell prints that finds vmmu on its PATH. */
function said(shell: string, ...args: string[]): string {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, HOME: folder };
  const { stdout, stderr, status } = spawnSync(shell, args, { env, encoding: 'utf8', cwd: folder });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

function withShell(shell: string, tests: (script: string) => void): void {
  const script = join(folder, shell);
  withProgram(shell, shell, () => {
    test('the script parses', async () => {
      writeFileSync(script, await printed(folder, ['completion', shell]));
      expect(said(shell, '-n', script)).toBe('');
    });
    tests(script);
  });
}

withShell('bash', (script) => {
  const completions = (...words: string[]): string[] => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    // Outside of a completion there are no options of it to be changed.
    const ask = `compopt() { echo "compopt $*"; }; . '${script}'; COMP_WORDS=(vmmu ${quoted}); COMP_CWORD=${words.length}; _vmmu; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return said('bash', '-c', ask).trim().split('\n');
  };

  test('completes options, values and names', () => {
    expect(completions('run', '--mach')).toEqual(['compopt +o default', '--machine']);
    expect(completions('run', '--machine', '=', 'amd-barc')).toEqual(['amd-barcelona']);
    expect(completions('run', '--out', '')).toEqual(['compopt -o dirnames +o default']);
  });

  test('runs nothing of what has been typed', () => {
    expect(completions('run', '$(touch typed)', 'red')).toEqual(['redis']);
    expect(said('bash', '-c', 'ls')).not.toContain('typed');
  });

  test('is registered for vmmu', () =>
    expect(said('bash', '-c', `. '${script}'; complete -p vmmu`)).toBe('complete -o default -F _vmmu vmmu\n'));
});

withShell('zsh', (script) => {
  test('completes options and names, each with what it is', () => {
    // The functions of its completion system that the script calls are not there outside of a line editor.
    const ask = (...words: string[]): string =>
      said(
        'zsh',
        '-fc',
        `compdef() { :; }; _describe() { print -l -- "\${(@P)2}"; }; . '${script}'; words=(vmmu ${words.join(' ')}); CURRENT=$#words; _vmmu`,
      );
    expect(ask('run', '--mach')).toMatch(/^--machine:machines: names or YAML files/);
    expect(ask('list', 'machines', 'amd-barc')).toBe('amd-barcelona:Opteron 83xx (K10 Barcelona)\n');
  });
});

withShell('fish', (script) => {
  test.each([
    ['vmmu run --mach', '--machine\tmachines: names or YAML files (default: amd-zen4)\n'],
    ['vmmu run --machine=amd-barc', '--machine=amd-barcelona\tOpteron 83xx (K10 Barcelona)\n'],
    ['vmmu trace g', 'gen\tmake a synthetic trace: a stream of references, a program, or a micro-workload of events\n'],
    ['vmmu run bi', 'bin/\n'],
  ])('%s', (line, completions) =>
    expect(said('fish', '-c', `source '${script}'; complete -C '${line}'`)).toBe(completions),
  );
});
