/** What `perf script` tells of programs becomes rows, and what it does not tell is said. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { printedHere } from '../cli/in-process.js';
import { expectRefusal, temporaryFolder } from '../cli/vmmu.js';
import { rowsOf, type Row } from './hand-made.js';

/** The first 300 lines of a shell that runs small programs, recorded by perf 6.1; names of files are replaced. */
const SHELL = readFileSync(new URL('fixtures/sh-true.perf-script.txt', import.meta.url), 'utf8');

const folder = temporaryFolder();
let files = 0;

function fileOf(text: string): string {
  const path = join(folder, `${files++}.txt`);
  writeFileSync(path, text);
  return path;
}

interface Imported {
  readonly rows: Row[];
  readonly dropped: object;
  readonly synthesised: object;
}

async function imported(text: string, strict = false): Promise<Imported> {
  const source = await openAnyTrace(fileOf(text), { format: 'perf-script', strict });
  const rows = await rowsOf(source);
  return { rows, ...source.notes!.record };
}

/** Lines as perf writes them, of one thread each: `6630 event rest`. */
function perf(...lines: readonly string[]): string {
  return lines
    .map((line, at) =>
      line.replace(
        /^(\S+) (\S+) ?/,
        (_, who: string, event: string) => ` prog  ${who} [001]  3901.${326000 + at}: ${event}: `,
      ),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const FAULT = '10 exceptions:page_fault_user address=0x7fb4af3ade06 ip=0x7fb4af3957ad error_code=0x6';
const MMAP = '10 syscalls:sys_enter_mmap addr: 0x0, len: 0x00002000, prot: 0x3, flags: 0x22, fd: 0xffffffff, off: 0x0';

/** Rows but the mappings that are put in, as text. */
function told(rows: readonly Row[]): string[] {
  return rows
    .filter(({ kind }) => kind !== 'initialMapping')
    .map(({ kind, space, page, operands }) =>
      [space, kind, ...(page === null ? [] : [page.toString(16)]), ...operands.map((value) => value.toString(16))].join(
        ' ',
      ),
    );
}

async function rowsTold(...lines: readonly string[]): Promise<string[]> {
  return told((await imported(perf(...lines))).rows);
}

test('every line of a recording is a row, half a call, or counted as left out', async () => {
  const { rows, dropped, synthesised } = await imported(SHELL);
  const count = (kind: string): number => rows.filter((row) => row.kind === kind).length;
  const lines = (event: RegExp): number => SHELL.split('\n').filter((line) => event.test(line)).length;
  const references = rows.filter(({ page }) => page !== null).reduce((sum, row) => sum + row.count, 0);
  expect(references).toBe(lines(/:page_fault_(user|kernel):/));
  for (const call of ['mmap', 'munmap', 'mprotect', 'brk'])
    expect(count(call)).toBe(lines(new RegExp(`sys_enter_${call}:`)));
  for (const event of ['fork', 'exec', 'exit']) expect(count(event)).toBe(lines(new RegExp(`sched_process_${event}:`)));
  expect(count('systemCall')).toBe(lines(/sys_enter_|process_fork|process_exec/));
  expect(dropped).toMatchObject({ 'tlb_flush, of which the guest model makes its own': lines(/tlb_flush:/) });
  expect(synthesised).toMatchObject({
    'success of munmap, whose result is not in the trace': lines(/sys_enter_munmap:/),
  });
});

describe('a fault is one reference, whose kind its error code tells', () => {
  test.each([
    ['0x4', 'read'],
    ['0x0', 'read'],
    ['0x6', 'write'],
    ['0x2', 'write'],
    ['0x7', 'write'],
    ['0x14', 'fetch'],
    ['0x15', 'fetch'],
  ])('%s: %s', async (code, kind) => {
    expect(await rowsTold(FAULT.replace('0x6', code))).toEqual([`0 ${kind} 7fb4af3ad`]);
  });
});

describe('a system call does what its result says', () => {
  test('mmap: at the address that it returned', async () => {
    expect(await rowsTold(MMAP, '10 syscalls:sys_exit_mmap 0x7fb4af370000')).toEqual([
      '0 systemCall 9',
      '0 mmap 7fb4af370 2 3 1',
    ]);
  });
  test('one that failed does nothing', async () => {
    expect(await rowsTold(MMAP, '10 syscalls:sys_exit_mmap 0xfffffffffffffff4')).toEqual(['0 systemCall 9']);
    expect(
      await rowsTold(
        '10 syscalls:sys_enter_munmap addr: 0x7000, len: 0x1000',
        '10 syscalls:sys_exit_munmap 0xffffffffffffffea',
      ),
    ).toEqual(['0 systemCall b']);
  });
  test('a brk that returns another end than asked for has failed', async () => {
    const brk = ['10 syscalls:sys_enter_brk brk: 0x23ac5000', '10 syscalls:sys_exit_brk 0x23aa4000'];
    expect(await rowsTold(...brk)).toEqual(['0 systemCall c']);
  });
  test('one without a line for its end has succeeded where its arguments say all, before the next line of the thread', async () => {
    expect(await rowsTold('10 syscalls:sys_enter_munmap addr: 0x7000, len: 0x0000a71b', FAULT)).toEqual([
      '0 systemCall b',
      '0 munmap 7 b',
      '0 write 7fb4af3ad',
    ]);
    const { rows, dropped } = await imported(perf(MMAP, FAULT));
    expect(told(rows)).toEqual(['0 systemCall 9', '0 write 7fb4af3ad']);
    expect(dropped).toEqual({ 'effects of mmap whose result is not in the trace': 1 });
  });
  test('calls of two processes are told apart', async () => {
    const rows = await rowsTold(
      MMAP,
      MMAP.replace('10 ', '11 '),
      '10 syscalls:sys_exit_mmap 0xa000',
      '11 syscalls:sys_exit_mmap 0xb000',
    );
    expect(rows.filter((row) => row.includes(' mmap '))).toEqual(['0 mmap a 2 3 1', '1 mmap b 2 3 1']);
  });
});

describe('processes', () => {
  const fork = (parent: string) => `${parent} sched:sched_process_fork comm=prog pid=10 child_comm=prog child_pid=11`;
  const exit = (who: string) => `${who} sched:sched_process_exit comm=prog pid=11 prio=120 group_dead=true`;

  test('a fork copies a space, an exec replaces it, an exit ends it', async () => {
    const lines = [
      FAULT,
      fork('10'),
      FAULT.replace('10 ', '11 '),
      '11 sched:sched_process_exec filename=x pid=11 old_pid=11',
      exit('11'),
    ];
    expect(await rowsTold(...lines)).toEqual([
      '0 write 7fb4af3ad',
      '0 systemCall 39',
      '0 fork 1',
      '0 contextSwitch 1',
      '1 write 7fb4af3ad',
      '1 systemCall 3b',
      '1 exec',
      '1 exit 0 1',
    ]);
  });
  test('a switch to a process of the trace is a row, any other is left out and counted', async () => {
    const to = (pid: number) =>
      `10 sched:sched_switch prev_comm=a prev_pid=10 prev_prio=120 prev_state=R ==> next_comm=a b next_pid=${pid} next_prio=120`;
    const { rows, dropped, synthesised } = await imported(perf(FAULT, fork('10'), to(11), to(0)));
    expect(told(rows).at(-1)).toBe('0 contextSwitch 1');
    expect(dropped).toEqual({ 'switches to what is no process of the trace': 1 });
    expect(synthesised).toEqual({ 'initialMapping of what the trace does not map': 1 });
  });
  test('where processes and threads have columns, a child of the same process is a thread', async () => {
    const rows = await rowsTold('10/10 ' + FAULT.slice(3), fork('10/10'), '10/11 ' + FAULT.slice(3), exit('10/11'));
    expect(rows).toEqual([
      '0 write 7fb4af3ad',
      '0 threadStart 1',
      '0 threadSwitch 1',
      '0 write 7fb4af3ad',
      '0 exit 1 0',
    ]);
  });
  test('and a child of another one is a process', async () => {
    const rows = await rowsTold('10/10 ' + FAULT.slice(3), fork('10/10'), '11/11 ' + FAULT.slice(3));
    expect(rows.slice(1, 4)).toEqual(['0 systemCall 39', '0 fork 1', '0 contextSwitch 1']);
  });
  test('a number that the kernel gives again is another process', async () => {
    const again = [FAULT, fork('10'), FAULT.replace('10 ', '11 '), exit('11'), fork('10'), FAULT.replace('10 ', '11 ')];
    expect((await rowsTold(...again)).at(-1)).toBe('2 write 7fb4af3ad');
  });
});

test('a replay of a recording says that references are missing, and its faults are those of the recording', async () => {
  const path = join(folder, 'sh.arrows');
  await printedHere(`trace import ${fileOf(SHELL)} -o ${path}`);
  const text = await printedHere(
    `run ${path} --strategy native,nested --format json --quiet --set guest.faultAroundPages=1`,
  );
  const { rows } = JSON.parse(text) as { rows: { exactness: string; counters: Record<string, number> }[] };
  for (const { exactness, counters } of rows) {
    expect(exactness).toBe('inexact: only references that faulted were captured');
    expect(counters['refs']).toBe(SHELL.match(/:page_fault_/g)!.length);
    expect(counters['guestFaults']).toBe(counters['refs']);
  }
});

describe('what else perf script writes', () => {
  test('headers, call chains and other events are passed over, and counted but for headers', async () => {
    const text = `# captured on    : now\n# ========\n#\n${perf(FAULT, '10 sched:sched_wakeup comm=x pid=1')}\tffffffff812 do_it+0x1 ([kernel.kallsyms])\n\n`;
    const { rows, dropped } = await imported(text);
    expect(told(rows)).toEqual(['0 write 7fb4af3ad']);
    expect(dropped).toEqual({ 'lines of sched:sched_wakeup': 1, 'lines of call chains': 1 });
  });
  test('columns may be missing, and a name may have spaces and digits', async () => {
    const event = 'exceptions:page_fault_user: address=0x1000 ip=0x1 error_code=0x6\n';
    for (const columns of [
      '10',
      'prog 10',
      'CPU 0/KVM 10 [003]',
      'a 1 b 10 3901.5:',
      ':10 10',
      'prog 10 [001] d.... 3901.5:',
      'prog 10 [001] 3901.5: 1',
    ])
      expect(told((await imported(`${columns} ${event}`)).rows)).toEqual(['0 write 1']);
  });
});

const SAMPLE =
  'prog  182628 247517.778385:          1 cpu_core/mem-loads,ldlat=30/: ffffb33a850078a0 40268100142 |OP LOAD|LVL L1 hit|SNP None|TLB L1 or L2 hit|LCK No|BLK  Addr  5 33 0 ffffffff8cc2ba08 [unknown] ([unknown])\n';

test('samples of perf mem are known, and refused with the reason', async () => {
  await expectRefusal(
    folder,
    ['trace', 'import', fileOf(SAMPLE), '-o', 'x.arrows'],
    /line 1: found a sample of perf mem; expected events: samples/,
  );
});

describe('a damaged text is refused with its line, what was found and what is expected', () => {
  const good = perf(FAULT, MMAP, '10 syscalls:sys_exit_mmap 0x7fb4af370000');
  test.each([
    ['a line that perf does not write', good + 'garbage\n', "line 4: found 'garbage'; expected a line of perf script"],
    ['half a line', good.slice(0, 30), "line 1: found 'prog  10 [001]  3901.326000:"],
    ['no event', '# captured on : now\n', "line 1: found 'the end of the file'; expected a line of perf script"],
    ['an address that is no number', good.replace('0x7fb4af3ade06', '0xwhere'), 'expected address=0x…'],
    ['an address of 17 digits', good.replace('0x7fb4af3ade06', '0x7fb4af3ade0612345'), 'expected address=0x…'],
    ['a fault without an error code', good.replace(' error_code=0x6', ''), 'line 1: found'],
    ['a call without arguments', good.replace(/addr: .*/, ''), 'expected its arguments'],
    ['a call with too few arguments', good.replace(/prot: .*/, ''), 'line 2: found'],
    [
      'a result that is no number',
      good.replace('0x7fb4af370000', 'perhaps'),
      "line 3: found 'syscalls:sys_exit_mmap: perhaps'; expected its result",
    ],
    ['a fork without a child', perf('10 sched:sched_process_fork pid=10'), 'child_pid='],
    ['a switch to nobody', perf('10 sched:sched_switch prev_pid=10'), 'next_pid='],
    ['an exec without a number', perf('10 sched:sched_process_exec filename=x'), 'old_pid='],
    ['an exit without a number', perf('10 sched:sched_process_exit comm=x'), 'prio='],
    ['control characters', perf('10 sched:sched_switch \u0007'), "found 'sched:sched_switch: ?'"],
    ['a very long line', good + 'x'.repeat(70_000), 'found a line of more than 65536 bytes'],
  ])('%s', async (_, text, message) => {
    const outcome = imported(text);
    await expect(outcome).rejects.toThrow(TraceError);
    await expect(outcome).rejects.toThrow(message);
  });

  test.each([
    ['of the kernel', '0xffffb33a850078a0', 'faults at addresses of the kernel'],
    ['that no processor has', '0x0800000000000000', 'references to an address that is not canonical'],
  ])('an address %s is left out and counted', async (_, address, what) => {
    const { rows, dropped } = await imported(perf(FAULT.replace('0x7fb4af3ade06', address)));
    expect([rows, dropped]).toEqual([[], { [what]: 1 }]);
  });
  test('an address that is a symbol is left out and counted', async () => {
    const { dropped } = await imported(perf(FAULT.replace('0x7fb4af3ade06', 'vmalloc_base')));
    expect(dropped).toEqual({ 'faults at an address that is told as a symbol': 1 });
  });
  test('with --strict whatever is left out ends the import', async () => {
    await expect(imported(perf('10 tlb:tlb_flush pages:1 reason:local MM shootdown (3)'), true)).rejects.toThrow(
      'line 1: found tlb_flush, of which the guest model makes its own; with --strict nothing is left out',
    );
  });
  test('cut anywhere, it is rows or one clear line', async () => {
    for (let length = 1; length < good.length; length += 7) {
      const error: unknown = await imported(good.slice(0, length)).catch((reason: unknown) => reason);
      if (error instanceof Error) expect(error).toBeInstanceOf(TraceError);
    }
  });
});
