import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { complaintOf, printedHere } from './in-process.js';
import { expectRefusal, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();

test.each([
  ['reproduce hundred', /^vmmu: unknown experiment 'hundred' \(nearest: hundred-times\); allowed: /],
  ['reproduce patterson-hennessy --out /proc/results', /^vmmu: --out \/proc\/results: .*\n$/],
  ['reproduce patterson-hennessy --workers 0', /--workers/],
])('%s: refused before anything runs', (args, message) => expectRefusal(folder, args, message));

test('an empty folder name is refused, and nothing is written into the present one', async () => {
  await expectRefusal(
    folder,
    ['reproduce', 'patterson-hennessy', '--out', ''],
    /--out: found an empty name; expected a folder/,
  );
  expect(existsSync(join(folder, 'patterson-hennessy'))).toBe(false);
});

test('prints the answer last, as Markdown first', async () => {
  expect(await printedHere('reproduce patterson-hennessy', folder)).toMatch(/nested paging has 1\.02 and wins\.\n$/);
  expect(await printedHere('reproduce patterson-hennessy --format markdown', folder)).toMatch(
    /^# .*\n\nShadow paging has /,
  );
});

test('--resume leaves out what is there in the same form, and runs the rest', async () => {
  const out = join(folder, 'mine');
  expect(await printedHere(`reproduce patterson-hennessy --quick --quiet --out ${out}`)).not.toBe('');
  expect(await printedHere(`reproduce patterson-hennessy --quick --quiet --resume --out ${out}`)).toBe('');
  expect(await printedHere(`reproduce patterson-hennessy --quiet --resume --out ${out}`)).toMatch(/nested paging has/);
  expect(await printedHere(`reproduce patterson-hennessy walk-references --quiet --resume --out ${out}`)).toMatch(
    /^References of a walk/,
  );
});

test('--resume needs a folder', async () => {
  await expect(complaintOf('reproduce patterson-hennessy --resume')).resolves.toMatch(/--resume: needs the folder/);
});

test('Ctrl-C ends it before the next experiment is written, and what is finished stays', async () => {
  const out = join(folder, 'broken-off');
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => process.emit('SIGINT'));
  try {
    const args = ['reproduce', 'patterson-hennessy', 'walk-references', '--quiet', '--out', out];
    await expect(createProgram().parseAsync(args, { from: 'user' })).rejects.toThrow(
      'interrupted; with --out finished experiments are written; --resume goes on after them',
    );
  } finally {
    write.mockRestore();
  }
  expect(readdirSync(out)).toEqual(['patterson-hennessy']);
});
