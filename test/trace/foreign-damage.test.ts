import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { checkRows } from '../../src/trace/check-rows.js';
import { TRACE_FORMATS, type TraceFormatName } from '../../src/trace/formats/index.js';
import type { TraceFormat } from '../../src/trace/formats/format.js';
import { ImportNotes } from '../../src/trace/notes.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { LONG } from '../long.js';
import { FIXTURES, SIFT_ZLIB } from './foreign-fixtures.js';
import { rowsOf } from './hand-made.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-foreign-damage-'));
const MUTATIONS = LONG ? 1000 : 60;
/** Far more than any takes; a loop that does not end takes longer. */
const LIMIT_MS = 2000;
const TEXT = new Set<TraceFormatName>([
  'lackey',
  'drmemtrace-view',
  'pinatrace',
  'dinero',
  'gem5-packets-text',
  'gem5-instructions-text',
  'execlog',
  'perf-script',
  'text',
  'csv',
]);

const OWN: Readonly<Partial<Record<TraceFormatName, Buffer>>> = {
  vruns: Buffer.from('1b800810050080' + '80010bf2ff0100' + '19270e8001', 'hex'),
  vmtrace: Buffer.from(
    '0300000000000000' +
      '0060300b00000000' +
      '0000000000000000' +
      '0101000003000000' +
      '2301008100000000' +
      '2301a00200000000',
    'hex',
  ),
  lackey: Buffer.from(
    [
      '==7== Lackey, an example Valgrind tool',
      'I  0401ab70,3',
      ' S 1fff000ffc,8',
      'SYSCALL[7,1](9) sys_mmap ( 0x0, 1048576, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x4a2b000)',
      'SYSCALL[7,1](11) sys_munmap ( 0x4b2b000, 67108864 )[sync] --> Success(0x0)',
      'SYSCALL[7,1](25) sys_mremap ( 0x4a2b000, 1048576, 2097152, 0x1 ) --> [pre-success] Success(0x4b2b000)',
      'SYSCALL[7,1](12) sys_brk ( 0x4037000 ) --> [pre-success] Success(0x4037000)',
      'SYSCALL[7,1](12) sys_brk ( 0x4039000 ) --> [pre-success] Success(0x4039000)',
      'SYSCALL[7,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a28a10, 0x0 )   clone(fork): process 7 created child 8',
      ' --> [pre-success] Success(0x8)',
      'SYSCALL[7,1](61) sys_wait4 ( 8, 0x1fff000518, 0, 0x0 ) --> [async] ...',
      'SYSCALL[7,1](61) ... [async] --> Success(0x8)',
      ' M 04033e06,1',
      'SYSCALL[7,1](231) exit_group( 3 ) --> [pre-success] Success(0x0)',
      '',
    ].join('\n'),
  ),
};

/** With what damage most likely meets: faults, calls with their results, a fork, switches, an exec and an exit. */
const PERF = readFileSync(new URL('fixtures/sh-true.perf-script.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line, at) => at < 40 || /sched_process|sched_switch|munmap/.test(line));

const names = Object.keys(TRACE_FORMATS) as TraceFormatName[];
const whole = (format: TraceFormatName): Buffer =>
  FIXTURES[format]?.bytes ?? OWN[format] ?? Buffer.from(`${PERF.join('\n')}\n`);

/** What is wrong with the bytes, or null: then all rows are what a replay may be given. */
async function complaint(format: TraceFormatName, bytes: Buffer): Promise<string | null> {
  const started = performance.now();
  try {
    const definition: TraceFormat = TRACE_FORMATS[format];
    definition.recognise(bytes.subarray(0, 4096));
    const source = definition.read(Readable.from(bytes.length === 0 ? [] : [bytes]), {
      path: 'x',
      name: 'x',
      source: { ran: 'nothing', captured: 'by hand' },
      notes: new ImportNotes(),
      filterSets: 512,
      mostExpansion: 1000,
    });
    let rows = 0;
    for await (const batch of source.batches()) {
      checkRows(batch, source.pages.size, source.header.characteristics.counts, rows);
      rows += batch.length;
    }
    return null;
  } catch (error) {
    assert(error instanceof UsageError, String((error as Error).stack));
    assert.match(error.message, /^x: (records: )?(byte|line|row) \d+.*: (found|.*)/, error.message);
    assert(!/[\n\r\u0000]/.test(error.message), error.message);
    return error.message;
  } finally {
    assert(performance.now() - started < LIMIT_MS, 'took too long');
  }
}

describe.each(names)('%s', (format) => {
  test('whatever happens to bytes, there are sound rows, or an error that says where', async () => {
    const bytes = whole(format);
    const at = fc.nat(bytes.length - 1);
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x20, 0x2c, 0x30, 0x66));
    const change = fc.oneof(
      fc.record({ how: fc.constant('set' as const), at, byte }),
      fc.record({ how: fc.constant('cut' as const), at, byte }),
      fc.record({ how: fc.constant('insert' as const), at, byte }),
      fc.record({ how: fc.constant('repeat' as const), at, byte }),
      fc.record({ how: fc.constant('drop' as const), at, byte }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = changes.reduce((old, { how, at, byte }) => {
          const [before, after] = [old.subarray(0, at), old.subarray(at)];
          if (how === 'set') return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
          if (how === 'cut') return before;
          if (how === 'insert') return Buffer.concat([before, Buffer.alloc(1 + (byte % 24), byte), after]);
          if (how === 'repeat') return Buffer.concat([before, after.subarray(0, byte), after]);
          return Buffer.concat([before, after.subarray(1 + (byte % 24))]);
        }, bytes);
        await complaint(format, changed);
      }),
      { numRuns: MUTATIONS },
    );
  });

  test('the file itself is whole, and nothing is none', async () => {
    expect(await complaint(format, whole(format))).toBeNull();
    await expect(openAnyTrace(write('empty', Buffer.alloc(0)), { format })).rejects.toThrow('found an empty file');
  });

  test('bytes of 0, of ff, and text of another kind are refused, or left out as what they are', async () => {
    for (const bytes of [Buffer.alloc(999, 0xff), Buffer.from('{"not": "a trace"}\n'.repeat(9))])
      expect(await complaint(format, bytes)).toMatch(/found/);
  });
});

describe.each(names.filter((name) => !TEXT.has(name) && name !== 'vruns'))('%s, of records', (format) => {
  test('cut anywhere but between records, it is refused', async () => {
    const bytes = whole(format);
    const boundaries = FIXTURES[format]?.wholeAt ?? (format === 'vmtrace' ? [24, 48] : undefined);
    const accepted: number[] = [];
    for (let length = 1; length <= bytes.length; length++)
      if ((await complaint(format, bytes.subarray(0, length))) === null) accepted.push(length);
    if (boundaries !== undefined) expect(accepted).toEqual(boundaries);
    else if (format === 'gem5-instructions') expect(accepted).toEqual([15, 30, 50, 70]);
    else expect(accepted).toEqual([bytes.length]);
  });
});

describe.each(names.filter((name) => TEXT.has(name)))('%s, of text', (format) => {
  test.each([
    ['bytes that are no UTF-8', Buffer.from('c328a0a1fffe0a', 'hex')],
    ['a line without an end', Buffer.alloc(1 << 17, 0x30)],
    ['a line of zeros', Buffer.alloc(10)],
    ['half a line', Buffer.from('0x')],
    ['an address of 17 digits', Buffer.from('10000000000000000 10000000000000000\n')],
  ])('%s', async (_, bytes) => {
    const message = await complaint(format, Buffer.concat([whole(format), bytes]));
    if (format !== 'drmemtrace-view') expect(message).toMatch(/found/);
  });

  test('lines may end with a carriage return', async () => {
    const crlf = Buffer.from(whole(format).toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
    if (format !== 'lackey') expect(await complaint(format, crlf)).toBeNull();
  });
});

describe('what no importer takes', () => {
  const patched = (format: TraceFormatName, at: number, hex: string): Buffer => {
    const bytes = Buffer.from(whole(format));
    bytes.write(hex, at, 'hex');
    return bytes;
  };

  test.each([
    ['champsim', patched('champsim', 8, '02'), 'byte 0: found a record with the branch bytes 0200'],
    ['champsim', patched('champsim', 64 + 9, 'ff'), 'byte 64: found a record with the branch bytes 01ff'],
    ['cloudsuite', patched('cloudsuite', 96 + 8, '09'), 'byte 96: found a record with the branch bytes 0900'],
    ['drmemtrace', patched('drmemtrace', 4, '63'), 'byte 0: found the version 99; expected 4 to 6, 64-bit'],
    ['drmemtrace', patched('drmemtrace', 8, '1c001200'), 'byte 0: found the version 040000001c001200'],
    ['drmemtrace', patched('drmemtrace', 0, '0019'), 'byte 0: found the bytes 0019'],
    ['drmemtrace', patched('drmemtrace', 84, '3200'), 'byte 84: found a record of type 50; expected types 0 to 49'],
    ['drmemtrace', patched('drmemtrace', 86, 'ffff'), 'byte 84: found an instruction of 65535 bytes'],
    ['drmemtrace', Buffer.concat([whole('drmemtrace'), whole('drmemtrace')]), 'found records behind the footer'],
    ['gem5-packets', patched('gem5-packets', 0, '356d6567'), 'byte 0: found the bytes 356d6567; expected 67656d35'],
    ['gem5-packets', patched('gem5-packets', 28, 'ffffffff7f'), 'byte 28: found a message of 34359738367 bytes'],
    ['gem5-packets', patched('gem5-packets', 28, 'ffffffffff'), 'byte 28: found a length of more than 5 bytes'],
    ['gem5-packets', patched('gem5-packets', 29, '0b'), 'byte 28: found a field of type 3'],
    ['gem5-instructions', patched('gem5-instructions', 44, '7f'), 'byte 30: found a field of 127 bytes, of which 5'],
    ['sift', patched('sift', 0, '54464953'), 'byte 0: found the bytes 54464953; expected 53494654 (SIFT)'],
    ['sift', patched('sift', 4, 'ffffffff'), 'byte 4: found a further header of 4294967295 bytes'],
    ['sift', patched('sift', 8, 'f0'), 'byte 8: found the options 240; expected 0 to 15'],
    ['sift', patched('sift', 16, '13'), 'byte 0: found an instruction behind none'],
    ['cvp1', patched('cvp1', 8, '09'), 'byte 0: found an instruction of class 9; expected classes 0 to 8'],
    ['cvp1', patched('cvp1', 11, '41'), 'byte 0: found register 65'],
    ['pin-records', patched('pin-records', 9, '58'), 'byte 9: found a record of kind 58'],
    ['pin-memtrace', patched('pin-memtrace', 16, '02'), 'byte 0: found a record that says 2'],
    ['user-runs', patched('user-runs', 38, '02'), 'byte 39: found marker 2; expected 0 or 1: begin or end'],
    ['dinero', Buffer.from('2 0\n5 0\n'), "line 2: found '5 0'; expected a label of 0 to 4"],
    ['pinatrace', Buffer.from('0x10: R 0x20 99999\n'), "line 1: found '0x10: R 0x20 99999'"],
    ['csv', Buffer.from('addr,size\n0x10,0x8\n'), "line 2: found '0x10,0x8'; expected a comma behind each value"],
    ['csv', Buffer.from('addr,size\n0x10,65537\n'), 'line 2: found'],
    ['csv', Buffer.from('a,b\n0x10,8\n'), "line 1: found 'a,b'; expected the names of columns, among them addr"],
    ['csv', Buffer.from('addr,kind\n0x10,Q\n'), "line 2: found '0x10,Q'; expected R, W or I in column 2"],
    ['execlog', Buffer.from('0, 0x10, 0x20, "mov, load, 0x30\n'), 'line 1: found'],
    ['gem5-packets-text', Buffer.from('r,99999999999999999999,8,1\n'), 'line 1: found'],
  ] as const)('%s %#', async (format, bytes, message) => {
    expect(await complaint(format, bytes)).toContain(message);
  });

  test.each([
    ['champsim', patched('champsim', 32, '30d1cecd00100080')],
    ['drmemtrace', patched('drmemtrace', 124, 'd856ccb4fe7f0080')],
    ['dinero', Buffer.from('0 8000000000000000\n')],
    ['text', Buffer.from('0x8000000000000000\n')],
  ] as const)('%s: an address that is not canonical is left out and counted', async (format, bytes) => {
    const source = await openAnyTrace(write('canonical', Buffer.from(bytes)), { format });
    await rowsOf(source);
    expect(source.notes?.record.dropped['references to an address that is not canonical']).toBe(1);
  });

  test('a file that expands more than allowed', async () => {
    const path = write('bomb.gz', gzipSync(Buffer.concat([whole('champsim'), Buffer.alloc(70 << 20)])));
    await expect(openAnyTrace(path, { format: 'champsim', mostExpansion: 1000 }).then(rowsOf)).rejects.toThrow(
      /expands more than 1000 times; allowed with a higher --most-expansion/,
    );
  });

  test.each([
    ['a zip file without its directory', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(60)])],
    [
      'a zip file whose directory is elsewhere',
      Buffer.from(
        'PK\u0005\u0006' +
          '\u0000'.repeat(6) +
          '\u0001\u0000\u00ff\u007f\u0000\u0000\u00ff\u007f\u0000\u0000\u0000\u0000',
        'latin1',
      ),
    ],
    ['compressed records that are cut', gzipSync(whole('drmemtrace')).subarray(0, 60)],
  ])('%s', async (_, bytes) => {
    await expect(openAnyTrace(write('broken.trace', bytes)).then(rowsOf)).rejects.toThrow(/broken.trace: byte \d+/);
  });

  test('sift: compressed records that are damaged or cut', async () => {
    for (const bytes of [
      SIFT_ZLIB.subarray(0, -9),
      Buffer.concat([SIFT_ZLIB.subarray(0, 16), Buffer.from('nonsense')]),
    ])
      expect(await complaint('sift', bytes)).toMatch(/^x: byte \d+ of the records: found damaged zlib data/);
  });
});

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
