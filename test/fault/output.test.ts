import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { complaintOf, printedHere } from '../cli/in-process.js';
import { expectRefusal, MAIN, temporaryFolder } from '../cli/vmmu.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform small.arrows --refs 20k --pages 1024', folder));

/** A command line of the shell, in which `vmmu` stands for this program. */
function shell(line: string): { status: number | null; stdout: string; stderr: string } {
  const script = `vmmu() { "${process.execPath}" "${MAIN}" "$@"; }\n${line}`;
  return spawnSync('bash', ['-o', 'pipefail', '-c', script], { cwd: folder, encoding: 'utf8' });
}

describe('stdout', () => {
  test.runIf(existsSync('/dev/full')).each(['run small.arrows', 'list counters', '--help', 'trace info small.arrows'])(
    'of %s on a full disk: one line, status 2',
    (command) => {
      const { status, stderr } = shell(`vmmu ${command} > /dev/full`);
      expect(stderr).toMatch(/^vmmu: cannot write to stdout: ENOSPC.*\n$/);
      expect(status).toBe(2);
    },
  );

  test.each(['run small.arrows --format json', 'list counters', '--help'])('of %s into `head -1`: quiet', (command) => {
    const { status, stdout, stderr } = shell(`vmmu ${command} | head -1`);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^.+\n$/);
  });

  test('and stderr closed: the status still tells', () => {
    expect(shell('vmmu run nothing >&- 2>&-').status).toBe(2);
    expect(shell('vmmu run nothing 2>&1 >/dev/null | true').status).toBe(2);
  });
});

test('a pipe in the place of a file stays one', async () => {
  shell('mkfifo pipe.arrows');
  onTestFinished(() => rmSync(join(folder, 'pipe.arrows')));
  const args = 'trace convert small.arrows pipe.arrows';
  expect(await complaintOf(args, folder)).toBe(
    'cannot write pipe.arrows: found a device, a pipe or a socket; expected a file',
  );
  expect(lstatSync(join(folder, 'pipe.arrows')).isFIFO()).toBe(true);
});

describe('--out that cannot be written is refused before the replay', () => {
  test.each([
    ['small.arrows/out', 'EEXIST'],
    ['small.arrows', 'EEXIST'],
    ['/proc/out', 'ENOENT'],
  ])('%s', async (out, code) => {
    // All shipped traces are asked for: a replay that had begun would have shown progress on stderr.
    expect(await complaintOf(`run --out ${out}`, folder)).toContain(`--out ${out}: ${code}`);
  });

  test('no name at all', () =>
    expectRefusal(folder, ['run', 'small.arrows', '--out', ''], '--out: found an empty name'));

  test('a folder in the place of a file', async () => {
    mkdirSync(join(folder, 'taken', 'manifest.json'), { recursive: true });
    expect(await complaintOf('run small.arrows --out taken', folder)).toContain(
      '--out taken: EISDIR: a directory is in the way',
    );
    expect(readdirSync(join(folder, 'taken'))).toEqual(['manifest.json']);
  });
});

describe('a trace that cannot be written', () => {
  test.each([
    ['nowhere/t.arrows', 'its folder does not exist'],
    ['small.arrows/t.arrows', 'its folder is not a folder'],
    ['t.txt', 'a trace file is named *.arrows, *.arrows.br, *.arrows.gz'],
  ])('%s', async (file, reason) => {
    const complaint = await complaintOf(`trace gen uniform ${file} --refs 1k --pages 16`, folder);
    for (const part of [file, reason]) expect(complaint).toContain(part);
  });

  test('in the place of a folder', async () => {
    mkdirSync(join(folder, 'folder.arrows'));
    expect(await complaintOf('trace gen uniform folder.arrows --refs 1k --pages 16', folder)).toContain(
      'cannot write folder.arrows: it is a folder',
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

/** Mounts a file system in `folder`/`name`; false where this user may not. */
function mount(name: string, options: string): boolean {
  const path = join(folder, name);
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status !== 0) return false;
  onTestFinished(() => void execFileSync('umount', [path]));
  return true;
}

describe('file systems (skipped where this user may not mount one)', () => {
  test('a full one: no trace and no part of one, and earlier results stay', async (context) => {
    if (!mount('full', 'size=64k')) return context.skip('no right to mount a tmpfs');
    await expectRefusal(
      folder,
      'trace gen uniform full/t.arrows --refs 100k --pages 1024',
      'cannot write full/t.arrows: no space is left on the device',
    );
    expect(readdirSync(join(folder, 'full'))).toEqual([]);
    await printedHere('run small.arrows --out full --quiet', folder);
    const summary = readFileSync(join(folder, 'full', 'summary.csv'), 'utf8');
    execFileSync('bash', ['-c', 'cat /dev/zero > full/filler 2>/dev/null || true'], { cwd: folder });
    await expectRefusal(folder, 'run small.arrows --seed 2 --out full', '--out full: ENOSPC');
    expect(readdirSync(join(folder, 'full')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(readFileSync(join(folder, 'full', 'summary.csv'), 'utf8')).toBe(summary);
  });

  test('a read-only one', async (context) => {
    if (!mount('readonly', 'ro')) return context.skip('no right to mount a tmpfs');
    for (const out of ['readonly', 'readonly/new'])
      expect(await complaintOf(`run --out ${out}`, folder)).toContain(`--out ${out}: EROFS`);
    expect(await complaintOf('trace gen uniform readonly/t.arrows --refs 1k --pages 16', folder)).toContain(
      'cannot write readonly/t.arrows: its file system is read-only',
    );
  });
});

test('a run that fails leaves no folder for its results', async () => {
  writeFileSync(join(folder, 'cut.arrows'), readFileSync(join(folder, 'small.arrows')).subarray(0, 9000));
  expect(await complaintOf('run cut.arrows --out a/b/c', folder)).toContain('found the end of the file');
  expect(existsSync(join(folder, 'a'))).toBe(false);
});
