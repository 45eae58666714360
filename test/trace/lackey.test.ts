/** Does an import of lackey keep what its lines say? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openAnyTrace, openTogether, type OpenOptions } from '../../src/trace/open.js';
import { rowsOf, type Row } from './hand-made.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-lackey-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Imported {
  readonly rows: Row[];
  readonly dropped: Readonly<Record<string, number>>;
  readonly synthesised: Readonly<Record<string, number>>;
}

/** @param files text by name */
async function imported(files: Readonly<Record<string, string>>, options: OpenOptions = {}): Promise<Imported> {
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  const source = paths.length === 1 ? await openAnyTrace(paths[0]!, options) : await openTogether(paths, options);
  const rows = await rowsOf(source);
  return { rows, ...source.notes!.record };
}

const banner = (pid: number, parent = 1): string =>
  `==${pid}== Lackey, an example Valgrind tool\n==${pid}== Parent PID: ${parent}\n`;
const short = ({ kind, page, count, operands }: Row): string =>
  page === null ? [kind, ...operands].join(' ') : `${kind} ${page.toString(16)} x${count}`;
const mapped = (rows: readonly Row[]): string[] => rows.filter(({ kind }) => kind !== 'initialMapping').map(short);

describe('references', () => {
  test('a store and a modification are writes, and a write begins a run of its own where a read went before', async () => {
    const { rows } = await imported({
      a: 'I  00400010,3\n L 00401000,8\n M 00401008,4\n S 00401010,8\n L 00401018,8\nI  00400013,2\n',
    });
    expect(mapped(rows)).toEqual(['fetch 400 x2', 'read 401 x1', 'write 401 x3']);
  });

  test('an access that crosses into another page touches both', async () => {
    const { rows } = await imported({ a: ' L 00401ffc,8\n L 00401ff8,8\n' });
    expect(mapped(rows)).toEqual(['read 401 x1', 'read 402 x1', 'read 401 x1']);
  });

  test('an address keeps all of its 64 bits, and one that is not canonical is counted and left out', async () => {
    const { rows, dropped } = await imported({ a: ' L ffffffffff600123,1\n L 8000000000000000,1\n' });
    expect(mapped(rows)).toEqual(['read fffffffffff600'.slice(0, 5) + 'ffffffffff600 x1']);
    expect(dropped).toEqual({ 'references to an address that is not canonical': 1 });
  });

  test('the 2 MiB around a page that nothing maps are mapped, as far as nothing else is there', async () => {
    const call = 'SYSCALL[5,1](9) sys_mmap ( 0x0, 4096, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x401000)\n';
    const { rows, synthesised } = await imported({ a: `${call} L 00401000,8\n L 00402000,8\n L 00400000,8\n` });
    const initial = rows.filter(({ kind }) => kind === 'initialMapping').map(({ operands }) => operands.slice(0, 2));
    expect(initial).toEqual([
      [0x402n, 510n],
      [0x400n, 1n],
    ]);
    expect(synthesised).toEqual({ 'initialMapping of what the trace does not map': 2 });
  });
});

describe('system calls', () => {
  const calls = async (text: string): Promise<string[]> => mapped((await imported({ a: `${banner(5)}${text}` })).rows);

  test('become what they do to memory, once they have succeeded', async () => {
    expect(
      await calls(
        'SYSCALL[5,1](9) sys_mmap ( 0x0, 8191, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x4a2b000)\n' +
          'SYSCALL[5,1](10) sys_mprotect ( 0x4a2b000, 4096, 1 )[sync] --> Success(0x0)\n' +
          'SYSCALL[5,1](25) sys_mremap ( 0x4a2b000, 8192, 16384, 0x1 ) --> [pre-success] Success(0x4b2b000)\n' +
          'SYSCALL[5,1](28) sys_madvise ( 0x4b2b000, 4096, 4 ) --> [async] ... \nSYSCALL[5,1](28) ... [async] --> Success(0x0) \n' +
          'SYSCALL[5,1](11) sys_munmap ( 0x4b2b000, 16384 )[sync] --> Success(0x0)\n' +
          'SYSCALL[5,1](11) sys_munmap ( 0x1, 4096 )[sync] --> Failure(0x16)\n',
      ),
    ).toEqual([
      ...['systemCall 9', `mmap 18987 2 3 1`, 'systemCall 10', `mprotect 18987 1 1`],
      ...['systemCall 25', `mremap 18987 2 19243 4`, 'systemCall 28', `madvise 19243 1 4`],
      ...['systemCall 11', `munmap 19243 4`, 'systemCall 11'],
    ]);
  });

  test('a brk that fails returns the old end, and moves nothing', async () => {
    expect(
      await calls(
        'SYSCALL[5,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000)\n' +
          'SYSCALL[5,1](12) sys_brk ( 0x4866000 )==5== brk segment overflow in thread #1: cannot grow\n --> [pre-success] Success(0x4035000)\n',
      ),
    ).toEqual(['systemCall 12', `brk 16437`, 'systemCall 12']);
  });

  test('a reference may be glued behind a result', async () => {
    expect(await calls('SYSCALL[5,1](39) sys_getpid ( )\n --> [pre-success] Success(0x5) I  0494eb42,3\n')).toEqual([
      'systemCall 39',
      'fetch 494e x1',
    ]);
  });

  test('threads are those of the lines that name one', async () => {
    expect(
      await calls(
        '--5--   SCHED[1]:  acquired lock (x)\n L 00401000,1\n--5--   SCHED[2]:  acquired lock (x)\n L 00401000,1\n',
      ),
    ).toEqual(['read 401 x1', 'threadStart 1', 'threadSwitch 1', 'read 401 x1']);
  });
});

describe('a process tree', () => {
  const parent =
    `${banner(10)} L 00401000,1\nSYSCALL[10,1](58) sys_fork ( )   fork: process 10 created child 11\n --> [pre-success] Success(0xb) \n` +
    ` S 00401000,1\nSYSCALL[10,1](61) sys_wait4 ( 4294967295, 0x0, 0, 0x0 ) --> [async] ... \n L 00401000,1\n` +
    'SYSCALL[10,1](231) exit_group( 0 ) --> [pre-success] Success(0x0) \n';
  const before = `${banner(11, 10)} --> [pre-success] Success(0x0) \n L 00401000,2\nSYSCALL[11,1](59) sys_execve ( 0x1(/x), 0x0, 0x0 )`;
  const after = `${banner(11, 10)} L 00501000,1\nSYSCALL[11,1](231) exit_group( 0 ) --> [pre-success] Success(0x0) \n`;
  const EXPECTED = [
    ...['read 401 x1', 'systemCall 58', 'fork 1', 'write 401 x1', 'systemCall 61'],
    ...['contextSwitch 1', 'threadStart 1', 'threadSwitch 1', 'read 401 x1', 'systemCall 59', 'exec', 'read 501 x1'],
    ...['systemCall 231', 'exit 1 1', 'contextSwitch 0', 'read 401 x1', 'systemCall 231', 'exit 0 1'],
  ];

  test('a child runs where its parent waits for it, whatever the order of the files', async () => {
    const files = { 't.10.1': parent, 't.11.2': before, 't.11.1': after };
    expect(mapped((await imported(files)).rows)).toEqual(EXPECTED);
  });

  test('a child without a file is counted', async () => {
    const { dropped } = await imported({ 't.10.1': parent });
    expect(dropped).toEqual({ 'children whose file was not given': 1 });
    await expect(imported({ 't.10.1': parent }, { strict: true })).rejects.toThrow(
      /t.10.1: line 4: found children whose file was not given; with --strict nothing is left out/,
    );
  });

  test('a child of whose end no file tells exits where its parent waits for it, or where its files end', async () => {
    const exits = ['contextSwitch 1', 'threadStart 1', 'threadSwitch 1', 'exit 1 1', 'contextSwitch 0'];
    const { rows, synthesised } = await imported({ 't.10.1': parent });
    expect(mapped(rows)).toEqual([...EXPECTED.slice(0, 5), ...exits, 'read 401 x1', 'systemCall 231', 'exit 0 1']);
    expect(synthesised).toMatchObject({ 'exit of a child of whose end no file tells': 1 });
    const killed = await imported({ 't.10.1': parent, 't.11.2': before.split('SYSCALL')[0]! });
    expect(mapped(killed.rows)).toEqual([
      ...[...EXPECTED.slice(0, 8), 'read 401 x1', 'exit 1 1', 'contextSwitch 0'],
      ...['read 401 x1', 'systemCall 231', 'exit 0 1'],
    ]);
  });

  test('processes that none of the files forks run one after the other', async () => {
    const files = { 't.20.1': `${banner(20)} L 00401000,1\n`, 't.9.1': `${banner(9)} L 00402000,1\n` };
    const { rows, synthesised } = await imported(files);
    const references = rows.filter(({ page }) => page !== null).map((row) => `${row.space} ${short(row)}`);
    expect(references.toSorted()).toEqual(['0 read 401 x1', '1 read 402 x1']);
    expect(synthesised).toMatchObject({ 'contextSwitch to a process that nobody forked': 1 });
  });

  test('a stream of several processes is refused', async () => {
    await expect(
      imported({ a: `${banner(5)}SYSCALL[6,1](39) sys_getpid ( )[sync] --> Success(0x6)\n` }),
    ).rejects.toThrow(/a: line 3: found 'SYSCALL\[6,1\].*'; expected one file for each process/);
  });
});

test.each([
  [' L 0040100g,8', 'line 2: found'],
  [' L 00401000', 'line 2: found'],
  [' L ,8', 'line 2: found'],
  [' L 00401000,0', 'line 2: found'],
  [' L 00401000,99999', 'line 2: found'],
  [' L 00401000,-1', 'line 2: found'],
  [' L 12345678901234567,8', 'line 2: found'],
  ['Z  00401000,8', "line 2: found 'Z  00401000,8'; expected a line as"],
  ['\u0000\u0001', 'line 2: found'],
  ['x'.repeat(70_000), 'found a line of more than 65536 bytes'],
])('the line %s is refused where it stands', async (line, message) => {
  await expect(imported({ bad: `I  00400000,1\n${line}` }, { format: 'lackey' })).rejects.toThrow(message);
});
