import { readFileSync } from 'node:fs';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { configurations } from '../../src/sweep/points.js';
import { readSweepFile } from '../../src/sweep/sweep-file.js';
import { createProgram } from '../../src/cli/program.js';
import { PAGES } from './pages.js';

const COMMANDS = [...new Set(PAGES.flatMap(({ text }) => fencedCommands(text)))];

describe('commands in the documents', () => {
  test('there are some', () => {
    expect(COMMANDS.length).toBeGreaterThan(5);
  });

  test.each(COMMANDS)('%s', (line) => {
    // What stands behind `--` is a command of its own, behind `#` a remark.
    const words = line
      .split(/ -- | # /)[0]!
      .split(/\s+/)
      .slice(1);
    const named = words.reduce<CommandUnknownOpts>(subcommand, createProgram());
    // The first part of a group is what it does where none is named.
    const command = named.commands[0] ?? named;
    expect(command.parent, 'a command of vmmu').not.toBeNull();
    const known = command.options.flatMap(({ long, short }) => [long, short]);
    const given = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]!);
    expect(given.filter((option) => !known.includes(option))).toEqual([]);
  });
});

test.each([...readFileSync('docs/sweep.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => [block!]))(
  'sweep file %j',
  (text) => {
    expect(configured(text)).toBeGreaterThan(1);
  },
);

describe('scripts in the documents', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = PAGES.flatMap(({ text }) =>
    [...text.matchAll(/npm (?:run ([\w:]+)|(start|test))/g)].map(([, run, short]) => run ?? short!),
  );

  test.each([...new Set(named)])('npm %s', (name) => {
    expect(Object.keys(scripts)).toContain(name);
  });
});

/** Lines that begin with `vmmu` in fenced blocks. */
function fencedCommands(text: string): string[] {
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```/g)].map(([, block]) => block!);
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('vmmu '));
}

/** Configurations that a sweep file makes. */
function configured(text: string): number {
  const files = (path: string): string => (path === 'sweep.yaml' ? text : readFileSync(path, 'utf8'));
  return configurations(readSweepFile('sweep.yaml', files), files).all.length;
}

function subcommand(command: CommandUnknownOpts, word: string): CommandUnknownOpts {
  return command.commands.find((part) => part.name() === word) ?? command;
}
