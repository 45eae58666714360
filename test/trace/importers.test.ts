import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { TRACE_FORMATS, type TraceFormatName } from '../../src/trace/formats/index.js';
import { openAnyTrace, openTogether } from '../../src/trace/open.js';
import { drmemtraceThread, FIXTURES, SIFT_ZLIB, type Fixture } from './foreign-fixtures.js';
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
