/** Does `vmmu report` write one whole page, or say in one line why not? */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, expectRefusal, MAIN, temporaryFolder, vmmu } from './vmmu.js';
import { spawn } from 'node:child_process';

const folder = temporaryFolder();

test('without names it shows the results that come with vmmu, and says what it left out', async () => {
  const { status, stdout, stderr } = await vmmu(folder, 'report -o page.html');
  expect([status, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/^vmmu: note: folders in results\/quick were not read .*\n$/);
  const text = readFileSync(join(folder, 'page.html'), 'utf8');
  expect(text).toMatch(/^<!doctype html>/);
  expect(text).toContain('"schema":"vmmu/page@1"');
});

test('nothing in the data can end the script that holds it', async () => {
  await vmmu(folder, ['report', '-o', 'odd.html', '--title', '</script><b>odd']);
  expect(readFileSync(join(folder, 'odd.html'), 'utf8')).not.toContain('</script><b>');
});

test('what cannot be read or written is refused, and no page is left behind', async () => {
  writeFileSync(join(folder, 'half.json'), '{"schema": "vmmu/run@1", "rows": [');
  writeFileSync(join(folder, 'other.json'), '{"schema": "other@1"}');
  mkdirSync(join(folder, 'empty'));
  await expectRefusal(folder, 'report nowhere -o no.html', /nowhere: no such file/);
  await expectRefusal(folder, 'report empty -o no.html', /empty: found no results; expected what vmmu run, sweep/);
  await expectRefusal(folder, 'report half.json -o no.html', /half\.json: found no JSON/);
  await expectRefusal(folder, 'report other.json -o no.html', /other\.json: found no results; expected/);
  await expectRefusal(folder, 'report -o nowhere/page.html', /-o nowhere\/page\.html: /);
  await expectRefusal(folder, 'report -o half.json', /-o half\.json: expected a name that ends in \.html/);
  expect(existsSync(join(folder, 'no.html'))).toBe(false);
});

test('--open hands the address of the page to the program that opens pages', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\necho "$1" >'${folder}/opened'\n`);
  chmodSync(join(bin, 'xdg-open'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']!}` };
  const args = [MAIN, 'report', '-o', 'a page.html', '--open'];
  expect((await ended(spawn(process.execPath, args, { cwd: folder, env }))).status).toBe(0);
  await expect
    .poll(() => existsSync(join(folder, 'opened')) && readFileSync(join(folder, 'opened'), 'utf8'))
    .toMatch(/^file:\/\/\/.*\/a%20page\.html\n$/);
});
