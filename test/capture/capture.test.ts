/** Does a capture hold what the program did, whoever captures it? */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RECORDERS, type RecorderName } from '../../src/trace/capture/index.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { rowsOf, type Row } from '../trace/hand-made.js';
import { expectRefusal, temporaryFolder, vmmu } from '../cli/vmmu.js';

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const lacking = (name: RecorderName): string[] =>
  Object.entries(RECORDERS[name].programs).flatMap(([program, debian]) => (isThere(program) ? [] : [debian]));

/** What the kernel of this machine refuses, whoever asks; null where it does not. */
function refusal(name: RecorderName): string | null {
  if (name !== 'perf' || lacking(name).length > 0) return null;
  const { status, stderr } = spawnSync('perf', [
    'record',
    '-q',
    '-o',
    '/dev/null',
    '-e',
    'exceptions:page_fault_user',
    'true',
  ]);
  return status === 0 ? null : `the kernel does not let perf record: ${String(stderr).trim().split('\n')[0]}`;
}

/** Where a program is missing its tests are not there; in .ci/run all are. */
function withRecorder(name: RecorderName, tests: () => void): void {
  const packages = lacking(name);
  const refused = refusal(name);
  if (refused !== null) console.log(`not tested: capture with ${name}; ${refused}`);
  else if (packages.length === 0) describe(`vmmu trace capture --with ${name}`, tests);
  else if (process.env['VMMU_CI'] === '1')
    test(`${name} needs ${packages.join(', ')}`, () => expect(packages).toEqual([]));
  else console.log(`not tested: capture with ${name}, which needs ${packages.join(', ')}`);
}

const folder = temporaryFolder();
const PARITY = join(folder, 'parity');

async function captured(name: RecorderName, ...command: readonly string[]): Promise<Row[]> {
  const { status, stderr } = await vmmu(folder, [
    'trace',
    'capture',
    '--with',
    name,
    '-o',
    `${name}.arrows`,
    '--',
    ...command,
  ]);
  expect(stderr).not.toContain('vmmu:');
  expect(status).toBe(0);
  return rowsOf(await openAnyTrace(join(folder, `${name}.arrows`)));
}

const countOf = (rows: readonly Row[], kind: string): number =>
  rows.filter((row) => row.kind === kind).reduce((sum, { count }) => sum + count, 0);
const pagesOf = (rows: readonly Row[], kinds: readonly string[]): number[] =>
  [...new Set(rows.filter(({ kind }) => kinds.includes(kind)).map(({ page }) => page!))].sort((a, b) => a - b);
const DATA = ['read', 'write'];

/**
 * The program above. Fetches: 2, six a thousand times, 2, ten stores and the look at the counter that ends them, 5. Data: three a thousand times,
 * of which the third crosses into another page where it begins 4 bytes before its end, for i = 0 and 512; ten stores, a push and a pop. Pages:
 * three of the table and one of the stack.
 */
function expectAll(rows: readonly Row[]): void {
  expect(countOf(rows, 'fetch')).toBe(2 + 6000 + 2 + 11 + 5);
  expect(countOf(rows, 'read') + countOf(rows, 'write')).toBe(3000 + 2 + 10 + 2);
  expect(pagesOf(rows, ['fetch'])).toHaveLength(1);
  expect(pagesOf(rows, DATA)).toHaveLength(4);
}

if (isThere('cc')) {
  execFileSync('cc', ['-nostdlib', '-static', '-o', PARITY, fileURLToPath(new URL('parity.s', import.meta.url))]);

  withRecorder('lackey', () => {
    test('keeps every reference of a program whose references are known', async () => {
      expectAll(await captured('lackey', PARITY));
    }, 60_000);

    test.each([
      ['missing/x.arrows', 'cannot write missing/x.arrows: its folder does not exist'],
      ['x.txt', 'x.txt: a trace file is named'],
    ])('refuses to write %s before the program runs', async (out, message) => {
      const args = ['trace', 'capture', '--with', 'lackey', '-o', out, '--', 'touch', join(folder, 'ran')];
      await expectRefusal(folder, args, message);
      expect(existsSync(join(folder, 'ran'))).toBe(false);
    });

    test('follows a shell into the programs that it runs', async () => {
      const rows = await captured('lackey', 'sh', '-c', '/bin/true; /bin/true; exit 0');
      const events = rows.map(({ kind }) => kind);
      expect(events.filter((kind) => kind === 'fork')).toHaveLength(2);
      expect(events.filter((kind) => kind === 'exec')).toHaveLength(2);
      expect(events.filter((kind) => kind === 'exit')).toHaveLength(3);
    }, 60_000);
  });

  withRecorder('qemu-user', () => {
    test('keeps every reference of a program whose references are known', async () => {
      expectAll(await captured('qemu-user', PARITY));
    }, 60_000);

    test('says that there is no trace of a program that it could not load', () =>
      expectRefusal(
        folder,
        ['trace', 'capture', '--with', 'qemu-user', '-o', 'none.arrows', '--', './nothing'],
        /capture with qemu-user: found no trace; the program ended with \d+/,
      ));
  });

  withRecorder('perf', () => {
    const touches = join(folder, 'touches');
    execFileSync('cc', ['-O1', '-o', touches, fileURLToPath(new URL('touches.c', import.meta.url))]);

    test('keeps the first touch of each page, its system calls, the exec and the exit', async () => {
      const rows = await captured('perf', touches);
      const events = rows.map(({ kind }) => kind);
      const region = rows.find(({ kind, operands }) => kind === 'mmap' && operands[1] === 256n)!;
      const first = Number(region.operands[0]);
      const written = rows.filter(({ kind, page }) => kind === 'write' && page! >= first && page! < first + 256);
      expect(written.map(({ page }) => page! - first)).toEqual(Array.from({ length: 256 }, (_, page) => page));
      expect(rows.some(({ kind, operands }) => kind === 'munmap' && Number(operands[0]) === first)).toBe(true);
      expect(events.filter((kind) => kind === 'exec')).toHaveLength(1);
      expect(events.filter((kind) => kind === 'exit')).toHaveLength(1);
    }, 60_000);
  });

  if (lacking('lackey').length + lacking('qemu-user').length === 0)
    test('fetches, data references and pages are the same under lackey and under QEMU', async () => {
      const [lackey, qemu] = [await captured('lackey', PARITY), await captured('qemu-user', PARITY)];
      expect(countOf(qemu, 'fetch')).toBe(countOf(lackey, 'fetch'));
      expect(countOf(qemu, 'read') + countOf(qemu, 'write')).toBe(countOf(lackey, 'read') + countOf(lackey, 'write'));
      expect(pagesOf(qemu, ['fetch'])).toEqual(pagesOf(lackey, ['fetch']));
      expect(pagesOf(qemu, DATA).filter((page) => page < 0x1000)).toEqual(
        pagesOf(lackey, DATA).filter((page) => page < 0x1000),
      );
    }, 60_000);
}
