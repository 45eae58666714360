/** Does a capture of a guest hold what the guest did to its page tables? The guest is guest.s: its records can be read off its lines. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { qemuSystem } from '../../src/trace/capture/qemu-system.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { rowsOf, type Row } from '../trace/hand-made.js';
import { LONG } from '../long.js';
import { expectRefusal, printed, temporaryFolder, vmmu } from '../cli/vmmu.js';

const folder = temporaryFolder();

/** A folder of PATH with a program that answers as QEMU of a version does. */
function fakeVersion(answer: string): string {
  const fakes = join(folder, answer.replace(/\W/g, ''));
  mkdirSync(fakes, { recursive: true });
  for (const program of ['qemu-system-x86_64', 'cc']) {
    writeFileSync(join(fakes, program), `#!/bin/sh\necho '${answer}'\n`);
    chmodSync(join(fakes, program), 0o755);
  }
  return fakes;
}

async function withPath(path: string, run: () => Promise<void>): Promise<void> {
  const before = process.env['PATH'];
  process.env['PATH'] = path;
  try {
    await run();
  } finally {
    process.env['PATH'] = before;
  }
}

const capture = (out: string, ...args: string[]): string[] => [
  ...['trace', 'capture', '--with', 'qemu-system', '-o', out, ...args],
];

describe('vmmu trace capture --with qemu-system', () => {
  test.each([
    ['QEMU emulator version 7.2.19 (Debian 1:7.2+dfsg-7)', 'found qemu-system-x86_64 7.2; needs 9.1 or newer'],
    ['QEMU emulator version 9.0.4', 'found qemu-system-x86_64 9.0; needs 9.1 or newer'],
    ['nothing', 'found qemu-system-x86_64 no version; needs 9.1 or newer'],
  ])('refuses %s in one line, and leaves nothing behind', async (answer, expected) => {
    await withPath(`${fakeVersion(answer)}${delimiter}${process.env['PATH']}`, () =>
      expectRefusal(folder, capture('old.arrows', '--', '-nographic'), expected, 'bookworm-backports'),
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('old'))).toEqual([]);
  });

  test.each(['9.1.0', '10.0.2', '11.2.0'])('takes %s', async (version) => {
    const path = `${fakeVersion(`QEMU emulator version ${version}`)}${delimiter}${process.env['PATH']}`;
    await withPath(path, async () => expect(await qemuSystem.lacks!()).toBeNull());
  });

  test('says which package has the program where there is none', async () => {
    await withPath(folder, () => expectRefusal(folder, capture('none.arrows', '--', '-nographic'), 'qemu-system-x86'));
  });

  test('has a filter, and others have none', async () => {
    const args = ['trace', 'capture', '--with', 'lackey', '--filter', '4', '-o', 'x.arrows', '--', 'ls'];
    await expectRefusal(folder, args, '--filter');
  });
});

const GUEST = join(folder, 'guest');
const LINKED = ['-m32', '-nostdlib', '-static', '-Wl,-Ttext=0x100000,--build-id=none'];
const assemble = (source: string, into: string): Buffer => execFileSync('cc', [...LINKED, '-o', into, source]);
const MACHINE = ['-m', '16', '-display', 'none', '-kernel', GUEST];

async function captured(...options: string[]): Promise<Row[]> {
  const { status, stderr } = await vmmu(folder, capture('guest.arrows', ...options, '--', ...MACHINE));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return rowsOf(await openAnyTrace(join(folder, 'guest.arrows')));
}

/** `kind operands` in hexadecimal, from the CR3 write of the guest's second root to that of its first. */
function between(rows: readonly Row[]): Row[] {
  const loads = rows.flatMap(({ kind }, i) => (kind === 'cr3Write' ? [i] : []));
  expect(loads).toHaveLength(3);
  return rows.slice(loads[1], loads[2]);
}
const REFERENCES = ['fetch', 'read', 'write'];
const textOf = ({ kind, operands }: Row): string =>
  [kind, ...operands.map((operand) => operand.toString(16))].join(' ');
const eventsOf = (rows: readonly Row[]): string[] => rows.filter(({ kind }) => !REFERENCES.includes(kind)).map(textOf);

const EVENTS = [
  'cr3Write 204000',
  ...['tableWrite 1 203000 300003', 'tableWrite 1 203008 301003', 'tableWrite 1 203010 2003'],
  ...['tableWrite 1 203000 300001', 'tableWrite 1 203000 300003', 'tableWrite 1 203020 306003'],
  ...['tableWrite 1 203040 0', 'tableWrite 1 203048 305003', 'tableWrite 1 203060 0', 'tableWrite 1 203068 0'],
  'invlpg 401000',
  ...['tableWrite 2 202018 206003', 'tableSnapshot 1 206000 304003', 'tableWrite 1 206008 305003'],
  ...['tableWrite 2 202018 0', 'tableWrite 1 203080 100003'],
  ...['pageFault 403123', 'tableWrite 1 203018 303003'],
];

function tests(): void {
  assemble(fileURLToPath(new URL('guest.s', import.meta.url)), GUEST);

  describe('a guest of some dozen instructions', () => {
    test('has its table writes of every width, CR3 writes, INVLPGs and faults recorded, and nothing else', async () => {
      expect(eventsOf(between(await captured()))).toEqual(EVENTS);
      expect(await printed(folder, 'trace validate guest.arrows --quiet')).toBe(
        'guest.arrows: 44 records, 0 errors, 0 warnings\n',
      );
    });

    test('has each iteration of rep movs counted, and a read-modify-write as one write', async () => {
      const rows = between(await captured());
      const until = (kind: string): Row[] => rows.slice(1, 1 + rows.slice(1).findIndex((row) => row.kind === kind));
      // Eight stores to tables, of which two are read-modify-writes; then 256 reads and 256 writes.
      expect(
        [...until('invlpg'), rows.find(({ kind }) => kind === 'invlpg')!].reduce((n, { count }) => n + count, 0),
      ).toBe(8 + 512);
    });

    test('has references in the pages that the processor used, where code is mapped twice too', async () => {
      const rows = between(await captured()).filter(({ kind }) => REFERENCES.includes(kind));
      const places = rows.map(
        ({ kind, page, operands }) => `${kind} ${page!.toString(16)} ${(operands[0]! >> 12n).toString(16)}`,
      );
      expect(places).toEqual([
        ...['fetch 100 100', 'write 203 203', 'read 400 300', 'write 401 301'],
        ...['fetch 100 100', 'write 400 300', 'write 401 301', 'write 202 202', 'write 206 206', 'write 203 203'],
        ...['fetch 410 100', 'read 2fe 2fe', 'read 100 100', 'write 403 303'],
      ]);
    });

    test('has the events only without a filter, and every change of page through one of a page', async () => {
      const none = await captured('--filter', '0');
      expect(none.filter(({ kind }) => REFERENCES.includes(kind))).toEqual([]);
      expect(eventsOf(between(none))).toEqual(EVENTS);
      const copied = between(await captured('--filter', '1')).filter(({ page }) => page === 0x400 || page === 0x401);
      expect(copied).toHaveLength(512 + 2);
    });

    test('has to have one processor and to reach long mode', async () => {
      const short = join(folder, 'short');
      const source = join(folder, 'short.s');
      const off = 'movw $0x604, %dx\nmovw $0x2000, %ax\noutw %ax, %dx\n';
      writeFileSync(source, `.long 0x1badb002, 0, -0x1badb002\n.globl _start\n_start: ${off}`);
      assemble(source, short);
      for (const [more, expected] of [
        [['-smp', '2'], /expected a guest of one processor[^]*ended with 1\n$/],
        [['-no-such-option'], /found no trace; the program ended with 1\n$/],
        [['-kernel', short], /found a guest without records; expected one that reaches long mode, under TCG\n$/],
      ] as const) {
        const { status, stderr } = await vmmu(folder, capture('none.arrows', '--', ...MACHINE, ...more));
        expect(stderr).toMatch(expected);
        expect(status).toBe(2);
      }
      expect(readdirSync(folder)).not.toContain('none.arrows');
    });
  });
}

const missing = Object.keys(qemuSystem.programs).filter(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);
const lack = missing.length > 0 ? `found no ${missing.join(', ')}` : await qemuSystem.lacks!();
if (lack === null) {
  if (LONG) tests();
} else
  console.log(
    `not tested: capture with qemu-system, which needs qemu-system-x86 of bookworm-backports and gcc: ${lack}`,
  );
