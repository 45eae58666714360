import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { titleOf } from '../../src/cli/command.js';
import { createProgram } from '../../src/cli/program.js';
import { withProgram } from '../support/program.js';

const PAGE = 'man/vmmu.1';

function said(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

test('the page says what the commands say now', () =>
  expect(said(process.execPath, ['scripts/man-page.mjs', '--check'])).toEqual({ status: 0, stdout: '', stderr: '' }));

test('the package has the page', () =>
  expect((JSON.parse(readFileSync('package.json', 'utf8')) as { man: string }).man).toBe(PAGE));

withProgram('mandoc', 'mandoc', () =>
  test('finds nothing worth a warning', () =>
    expect(said('mandoc', ['-T', 'lint', '-W', 'warning', PAGE])).toEqual({ status: 0, stdout: '', stderr: '' })),
);

withProgram('man', 'man-db', () =>
  test('shows each command and each option, 80 columns wide, without a warning', () => {
    const { status, stdout, stderr } = said('man', ['--warnings', '-l', PAGE], {
      MANWIDTH: '80',
      MAN_KEEP_FORMATTING: '',
      LC_ALL: 'C.UTF-8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const command of commandsBelow(createProgram())) {
      const title = titleOf(command);
      const at = lines.findIndex((line) => line.startsWith(`   ${title} [`));
      const length = lines.slice(at + 1).findIndex((line) => /^( {3})?\S/.test(line));
      const shown = lines.slice(at, at + length).map((line) => line.trim());
      expect(shown.length, title).toBeGreaterThan(1);
      for (const { flags } of command.options)
        expect(
          shown.some((line) => line === flags || line.startsWith(`${flags} `)),
          `${title} ${flags}`,
        ).toBe(true);
    }
  }),
);

function commandsBelow(command: CommandUnknownOpts): CommandUnknownOpts[] {
  const visible = command.createHelp().visibleCommands(command);
  return command.commands.filter((part) => visible.includes(part)).flatMap((part) => [part, ...commandsBelow(part)]);
}
