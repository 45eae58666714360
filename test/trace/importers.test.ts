import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { TRACE_FORMATS, type TraceFormatName } from '../../src/trace/formats/index.js';
import { openAnyTrace, openTogether } from '../../src/trace/open.js';
import { drmemtraceRecords, drmemtraceThread, FIXTURES, SIFT_ZLIB, type Fixture } from './foreign-fixtures.js';
import { rowsOf, type Row } from './hand-made.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-importers-'));
const fixtures = Object.entries(FIXTURES) as [TraceFormatName, Fixture][];

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function count(rows: readonly Row[], kind: string): number {
  return rows.filter((row) => row.kind === kind).reduce((sum, row) => sum + row.count, 0);
}

test('each format of the registry has a fixture here or in the tests of its own', () => {
  expect(Object.keys(TRACE_FORMATS).sort()).toEqual(
    [...Object.keys(FIXTURES), 'lackey', 'perf-script', 'vmtrace', 'vruns'].sort(),
  );
});

describe.each(fixtures)('%s', (format, fixture) => {
  test('is known by its first bytes, and by no other format before', async () => {
    const path = file(format, fixture.bytes);
    const known = Object.entries(TRACE_FORMATS).find(([, candidate]) => candidate.recognise(fixture.bytes))?.[0];
    expect(known).toBe(format);
    expect(await rowsOf(await openAnyTrace(path))).toEqual(await rowsOf(await openAnyTrace(path, { format })));
  });

  test('has the references, pages and events that were counted by hand', async () => {
    const trace = await openAnyTrace(file(format, fixture.bytes), { format });
    const rows = await rowsOf(trace);
    expect({
      fetches: count(rows, 'fetch'),
      // What reads behind a write to its page is of the run of the write.
      data: count(rows, 'read') + count(rows, 'write'),
      pages: trace.pages.size,
      written: new Set(rows.filter(({ kind }) => kind === 'write').map(({ page }) => page)).size,
      events: rows.filter((row) => row.page === null && row.kind !== 'initialMapping').map((row) => row.kind),
      dropped: trace.notes?.record.dropped,
    }).toEqual({
      fetches: fixture.fetches,
      data: fixture.data,
      pages: fixture.pages,
      written: fixture.written,
      events: fixture.events ?? [],
      dropped: fixture.dropped ?? {},
    });
  });

  test('is read the same compressed', async () => {
    const plain = await rowsOf(await openAnyTrace(file(format, fixture.bytes), { format }));
    expect(await rowsOf(await openAnyTrace(file(`${format}.gz`, gzipSync(fixture.bytes)), { format }))).toEqual(plain);
  });

  test('with --strict, what is left out is an error that says where', async () => {
    const path = file(format, fixture.bytes);
    const read = async () => rowsOf(await openAnyTrace(path, { format, strict: true }));
    if (fixture.dropped === undefined) expect(await read()).not.toHaveLength(0);
    else
      await expect(read()).rejects.toThrow(
        /: (records: )?(line|byte) \d+: found .*; with --strict nothing is left out/,
      );
  });
});

describe('drmemtrace', () => {
  test('threads of one process go on where their time is the earliest', async () => {
    const paths = [
      file('t1', drmemtraceThread(11, [100, 300], 0x401)),
      file('t2', drmemtraceThread(12, [200, 400], 0x402)),
    ];
    const rows = await rowsOf(await openTogether(paths));
    const story = rows.filter((row) => row.kind !== 'initialMapping').map((row) => row.page ?? row.kind);
    expect(story).toEqual([0x401, 'threadStart', 'threadSwitch', 0x402, 'threadSwitch', 0x401, 'threadSwitch', 0x402]);
    expect(new Set(rows.map((row) => row.space))).toEqual(new Set([0]));
  });

  describe('arguments and results of system calls', () => {
    /** Number, arguments, result. */
    const CALLS: readonly (readonly [number, readonly number[], bigint | null])[] = [
      [9, [0, 8192, 3, 0x22], 0x1000_0000n],
      [10, [0x1000_0000, 4096, 1], 0n],
      [12, [0], 0x40_0000n],
      [12, [0x40_2000], 0x40_2000n],
      [12, [0x40_4000], 0x40_2000n], // failed: the old end
      [25, [0x1000_0000, 8192, 16_384, 1], 0x1001_0000n],
      [28, [0x1001_0000, 4096, 4], 0n],
      [11, [0x1001_0000, 16_384], 0n],
      [11, [1, 4096], 2n ** 64n - 22n], // EINVAL
      [9, [0, 4096], 0x1000_0000n], // protection and flags were not recorded
      [9, [0, 4096, 3, 0x22], 1n], // "succeeded"
      [11, [0x1000_0000, 4096], null], // another call follows, and no result
      [202, [0x1000, 1, 1], 1n], // futex: told of before its arguments and before its result
      [11, [0x1000_0000, 4096], null], // the trace ends before the result
    ];
    const EVENTS = [
      ...['systemCall 9', 'mmap 65536 2 3 1', 'systemCall 10', 'mprotect 65536 1 1'],
      ...['systemCall 12', 'brk 1024', 'systemCall 12', 'brk 1026', 'systemCall 12'],
      ...['systemCall 25', 'mremap 65536 2 65552 4', 'systemCall 28', 'madvise 65552 1 4'],
      ...['systemCall 11', 'munmap 65552 4', 'systemCall 11'],
      ...['systemCall 9', 'systemCall 9', 'systemCall 11', 'systemCall 202', 'systemCall 11'],
    ];
    const records = CALLS.flatMap(([number, args, result]): [number, number, number | bigint][] => [
      [28, 25, number],
      [28, 4, 2 ** 32 + number],
      ...args.map((value): [number, number, number] => [28, 6, value]),
      ...(result === null ? [] : ([[28, 4, 2 ** 32 + number] as const, [28, 7, result] as const] as const)).map(
        ([type, size, value]): [number, number, number | bigint] => [type, size, value],
      ),
    ]);
    const lines = CALLS.flatMap(([number, args, result]) => [
      `<marker: system call ${number}>`,
      `<marker: function==syscall #${number}>`,
      ...args.map((value) => `<marker: function argument 0x${value.toString(16)}>`),
      ...(result === null
        ? []
        : [`<marker: function==syscall #${number}>`, `<marker: function return value 0x${result.toString(16)}>`]),
    ]).map((marker, at) => `${at + 1} 0: W0.T11 ${marker}\n`);

    test.each([
      ['drmemtrace', drmemtraceRecords([22, 4, 11], [24, 4, 77], ...records)],
      ['drmemtrace-view', Buffer.from(lines.join(''))],
    ] as const)('%s: what they did to mappings, and a count of the others', async (format, bytes) => {
      const trace = await openAnyTrace(file(`calls.${format}`, bytes));
      const rows = await rowsOf(trace);
      expect(rows.map(({ kind, operands }) => [kind, ...operands].join(' '))).toEqual(EVENTS);
      expect(trace.notes!.record.dropped).toEqual({
        'effects of system calls whose arguments or results are not in the trace': 4,
        'markers of system calls that map nothing': 2,
      });
    });
  });

  test('page sizes and physical addresses have no place in a user trace, and are counted', async () => {
    const bytes = drmemtraceRecords(
      [28, 18, 16_384],
      ...[[28, 15, 0x105_4000] as const, [28, 17, 0x40_1000] as const, [28, 16, 0x40_2000] as const],
    );
    const trace = await openAnyTrace(file('p.trace', bytes));
    expect(await rowsOf(trace)).toEqual([]);
    const expected = {
      'page sizes other than 4,096 bytes': 1,
      'physical addresses of pages': 1,
      'pages whose physical address the recorder could not get': 1,
    };
    expect(trace.notes!.record.dropped).toEqual(expected);
    const markers = [
      ...['page size 16384', 'physical address for following virtual: 0x1054000'],
      ...['virtual address for prior physical: 0x401000', 'physical address not available for 0x402000'],
    ];
    const lines = markers.map((marker, at) => `${at + 1} 0: W0.T11 <marker: ${marker}>\n`);
    const view = await openAnyTrace(file('p.view', Buffer.from(lines.join(''))));
    expect(await rowsOf(view)).toEqual([]);
    expect(view.notes!.record.dropped).toEqual(expected);
  });

  test('the chunks of a zip file are read in the order of their names', async () => {
    const { bytes } = FIXTURES.drmemtrace!;
    const chunks = [bytes.subarray(0, 120), bytes.subarray(120, 250), bytes.subarray(250)];
    const path = file('x.trace.zip', zipOf(chunks.map((chunk, at) => [`chunk.000${at}`, chunk])));
    expect(await rowsOf(await openAnyTrace(path))).toEqual(await rowsOf(await openAnyTrace(file('x.trace', bytes))));
  });
});

test('sift: records that are compressed are the same', async () => {
  expect(await rowsOf(await openAnyTrace(file('z.sift', SIFT_ZLIB)))).toEqual(
    await rowsOf(await openAnyTrace(file('p.sift', FIXTURES.sift!.bytes))),
  );
});

test('sift: records that expand more than allowed are refused', async () => {
  const bomb = Buffer.concat([SIFT_ZLIB.subarray(0, 16), deflateSync(Buffer.alloc(70 << 20, '001100000000', 'hex'))]);
  await expect(openAnyTrace(file('bomb.sift', bomb), { mostExpansion: 500 }).then(rowsOf)).rejects.toThrow(
    /expands more than 500 times; allowed with a higher --most-expansion/,
  );
});

describe('csv', () => {
  const values = Buffer.from('7,0x401000,I\n8,0x7fff0010,W\n');

  test('columns by number', async () => {
    const rows = await rowsOf(await openAnyTrace(file('n.csv', values), { columns: { addr: 2, kind: 3 } }));
    expect(rows.filter((row) => row.page !== null).map((row) => [row.kind, row.page])).toEqual([
      ['fetch', 0x401],
      ['write', 0x7fff0],
    ]);
  });

  test('a first line of names is no values, though columns are numbered', async () => {
    const named = Buffer.concat([Buffer.from('thread,where,what\n'), values]);
    const rows = await rowsOf(await openAnyTrace(file('m.csv', named), { columns: { addr: 2, kind: 3 } }));
    expect(rows.filter((row) => row.page !== null)).toHaveLength(2);
  });
});

describe('text', () => {
  test.each([
    ['R 10\n10 R\n', /line 2: found '10 R'; expected R, W or I and an address$/],
    ['0x401000\nR 0x401000\n', /line 2: found 'R 0x401000'; expected an address$/],
    ['0x401000 W\n0x401000\n', /line 2: found '0x401000'; expected an address and R, W or I$/],
    ['0x401000\n0x\n', /line 2: found '0x'; expected an address$/],
    ['0x401000\n00000000000401000\n', /line 2: found '00000000000401000'/],
  ])('%j: all lines have the form of the first', async (lines, message) => {
    await expect(openAnyTrace(file('f', Buffer.from(lines)), { format: 'text' }).then(rowsOf)).rejects.toThrow(message);
  });
});

/** A zip file whose entries are stored as they are. */
function zipOf(entries: readonly (readonly [string, Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const crc = crc32(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(10, 0);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.alloc(2), common, rest, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\u0005\u0006'), end]);
}

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
