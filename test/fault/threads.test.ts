import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectRefusal, MAIN, printed, temporaryFolder } from '../cli/vmmu.js';

const folder = temporaryFolder();

/** Node 20 aborts (status 134) when a thread is ended while it loads its modules. */
test('more threads than there is work for, and work that fails at once, end as they should', async () => {
  await printed(folder, 'trace gen uniform small.arrows --refs 5k --pages 64');
  const csv = await printed(folder, 'run small.arrows --strategy native --workers 200 --format csv');
  expect(csv.split('\n').length).toBe(3);
  writeFileSync(join(folder, 'cut.arrows'), readFileSync(join(folder, 'small.arrows')).subarray(0, 5000));
  const machines = 'amd-barcelona,amd-zen4,intel-nehalem,intel-skylake';
  await expectRefusal(folder, `run cut.arrows --machine ${machines} --workers 12`, 'cut.arrows: byte');
});

test('threads start also where the program was started by --eval', async () => {
  await printed(folder, 'trace gen uniform eval.arrows --refs 5k --pages 64');
  const args = ['run', 'eval.arrows', '--strategy', 'native', '--format', 'csv'];
  const source = `process.argv.splice(1, 1, ...${JSON.stringify(args)}); await import(${JSON.stringify(MAIN)});`;
  const node = ['--input-type=module', '--eval', source, 'x'];
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').length).toBe(3);
});
