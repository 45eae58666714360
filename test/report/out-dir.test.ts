import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { summaryCsv } from '../../src/report/csv.js';
import { manifest, manifestInput } from '../../src/report/manifest.js';
import { writeOutDir } from '../../src/report/out-dir.js';
import { temporaryName } from '../../src/report/whole-files.js';
import { config, rowsOf } from './rows.js';

const FILES = ['manifest.json', 'page-walks.csv', 'summary.csv', 'vmm-invocations.csv'];
const rows = rowsOf();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vmmu-out-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(out: string): Promise<void> {
  const trace = join(folder, 'queue.arrows');
  await writeFile(trace, 'abc');
  const inputs = [await manifestInput(trace)];
  const strategies = ['native', 'shadow', 'nested'] as const;
  await writeOutDir(out, rows, manifest({ version: '1.2.3', strategies, configurations: [config], inputs }));
}

describe('a folder of results', () => {
  test('holds three tables and a manifest, and nothing else', async () => {
    const out = join(folder, 'a', 'b');
    await write(out);
    expect((await readdir(out)).sort()).toEqual(FILES);
    expect(await readFile(join(out, 'summary.csv'), 'utf8')).toBe(summaryCsv(rows));
  });

  test('names inputs by file name, size and digest, and no place or time', async () => {
    await write(join(folder, 'out'));
    const text = await readFile(join(folder, 'out', 'manifest.json'), 'utf8');
    expect(JSON.parse(text)).toEqual({
      schema: 'vmmu/manifest@1',
      version: '1.2.3',
      strategies: ['native', 'shadow', 'nested'],
      configurations: [config],
      // SHA-256 of "abc": FIPS 180-2, appendix B.1.
      inputs: [
        { name: 'queue.arrows', bytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
      ],
    });
    expect(text).not.toContain(folder);
  });

  test('replaces the results of an earlier run', async () => {
    const out = join(folder, 'out');
    await mkdir(out);
    await writeFile(join(out, 'summary.csv'), 'old');
    await write(out);
    expect(await readFile(join(out, 'summary.csv'), 'utf8')).toBe(summaryCsv(rows));
  });
});

describe('a folder that cannot be written', () => {
  test('below a file: one line that names it', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expectOneLine(write(join(file, 'out')), `--out ${join(file, 'out')}: `);
  });

  test.each(FILES)('with a directory where %s belongs: no file is made', async (name) => {
    const out = join(folder, 'out');
    await mkdir(join(out, name), { recursive: true });
    await expectOneLine(write(out), 'a directory is in the way');
    expect(await readdir(out)).toEqual([name]);
  });

  test.skipIf(!existsSync('/dev/full'))('on a full disk: no file is made, and the earlier results stay', async () => {
    // A temporary name that leads to /dev/full stands for a disk that is full at the third file.
    const out = join(folder, 'out');
    await write(out);
    await writeFile(join(out, 'summary.csv'), 'earlier');
    await symlink('/dev/full', temporaryName(join(out, 'vmm-invocations.csv')));
    await expectOneLine(write(out), 'ENOSPC');
    expect((await readdir(out)).sort()).toEqual(FILES);
    expect(await readFile(join(out, 'summary.csv'), 'utf8')).toBe('earlier');
  });
});

async function expectOneLine(work: Promise<void>, part: string): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).toContain(part);
  expect(message).not.toContain('\n');
}
