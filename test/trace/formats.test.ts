import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceError, UsageError } from '../../src/errors.js';
import { TRACE_FORMATS, type TraceFormatName } from '../../src/trace/formats/index.js';
import { ImportNotes } from '../../src/trace/notes.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { encodeVmtrace, VrunsEncoder } from './foreign-encoders.js';
import { rowsOf, type Row } from './hand-made.js';

// The numbers of page-run streams: an initial mapping, two runs, an event, a write run on the last data page.
const VRUNS = Buffer.from(
  [
    [0x1b, 0x80, 0x08, 0x10, 0x05, 0x00], // initial mapping: page 0x400, 16 pages, prot 5, flags 0
    [0x80, 0x80, 0x01, 0x0b], // fetch, page + 0x400 (zigzag 0x800, times 8), 12 references
    [0xf2, 0xff, 0x01, 0x00], // data read, zigzag 0xffe = + 0x7ff, 1 reference
    [0x19, 0x27], // system call 39
    [0x0e, 0x80, 0x01], // data write, zigzag 1 = - 1, 129 references
  ].flat(),
);

const VRUNS_ROWS: Row[] = [
  { kind: 'initialMapping', space: 0, page: null, count: 0, operands: [0x400n, 16n, 5n, 0n] },
  { kind: 'fetch', space: 0, page: 0x400, count: 12, operands: [] },
  { kind: 'read', space: 0, page: 0x7ff, count: 1, operands: [] },
  { kind: 'systemCall', space: 0, page: null, count: 0, operands: [39n] },
  { kind: 'write', space: 0, page: 0x7fe, count: 129, operands: [] },
];

function vmtraceRecord(kind: number, aux: number, dcount: number, a: bigint, b: bigint): Buffer {
  const record = Buffer.alloc(24);
  record.writeUInt8(kind, 0);
  record.writeUInt8(aux, 1);
  record.writeUInt32LE(dcount, 4);
  record.writeBigUInt64LE(a, 8);
  record.writeBigUInt64LE(b, 16);
  return record;
}

const VMTRACE = Buffer.concat([
  vmtraceRecord(6, 4, 57_790_340, 0x30b6888n, 0x30b8063n),
  vmtraceRecord(3, 0, 0, 0x30b6000n, 0n),
  vmtraceRecord(1, 1, 3, 0xffff_ffff_8100_0123n, 0x2a0_0123n),
  vmtraceRecord(7, 0, 0, 0xffff_ffff_8100_1008n, 0n),
  vmtraceRecord(1, 0, 9, 0x7fff_0123n, 0x5456n),
  vmtraceRecord(2, 1, 1, 0x30b9000n, 0x8000_0000_0000_00e3n),
  vmtraceRecord(3, 0, 0, 0x2a1_0000n, 0n),
  vmtraceRecord(4, 0, 0, 0xffff_8880_0000_0000n, 0n),
  vmtraceRecord(5, 0, 2, 0x7fff_0000n, 0n),
  vmtraceRecord(3, 0, 0, 0x30b6000n, 0n),
]);

const VMTRACE_ROWS: Row[] = [
  { kind: 'tableSnapshot', space: 0, page: null, count: 57_790_340, operands: [4n, 0x30b6888n, 0x30b8063n] },
  { kind: 'cr3Write', space: 1, page: null, count: 0, operands: [0x30b6000n] },
  { kind: 'write', space: 1, page: 0xf_ffff_fff8_1000, count: 3, operands: [0x2a0_0123n] },
  { kind: 'fetch', space: 1, page: 0xf_ffff_fff8_1001, count: 0, operands: [0n, 8n] },
  { kind: 'read', space: 1, page: 0x7fff0, count: 9, operands: [0x5456n, 0x123n] },
  { kind: 'tableWrite', space: 1, page: null, count: 1, operands: [1n, 0x30b9000n, 0x8000_0000_0000_00e3n] },
  { kind: 'cr3Write', space: 2, page: null, count: 0, operands: [0x2a1_0000n] },
  { kind: 'invlpg', space: 2, page: null, count: 0, operands: [0xffff_8880_0000_0000n] },
  { kind: 'pageFault', space: 2, page: null, count: 2, operands: [0x7fff_0000n] },
  { kind: 'cr3Write', space: 1, page: null, count: 0, operands: [0x30b6000n] },
];

/** Decodes bytes that arrive in pieces of `piece` bytes. */
function decode(format: TraceFormatName, bytes: Buffer, piece = bytes.length): Promise<Row[]> {
  function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const source = { ran: 'nothing', captured: 'written by hand' };
  return rowsOf(
    TRACE_FORMATS[format].read(Readable.from(pieces()), {
      path: 'x',
      name: 'x',
      source,
      notes: new ImportNotes(),
      filterSets: 512,
    }),
  );
}

test('the files of the folder are the keys of the registry', () => {
  const files = readdirSync(new URL('../../src/trace/formats', import.meta.url));
  const names = Object.keys(TRACE_FORMATS).map((name) => `${name}.ts`);
  expect(files.filter((file) => !['index.ts', 'format.ts'].includes(file)).sort()).toEqual(names.sort());
});

describe('every number of a record is kept, wherever the stream is divided', () => {
  test.each([1, 3, 7, 1000])('vruns in pieces of %d bytes', async (piece) => {
    expect(await decode('vruns', VRUNS, piece)).toEqual(VRUNS_ROWS);
  });
  test.each([1, 5, 24, 1000])('vmtrace in pieces of %d bytes', async (piece) => {
    expect(await decode('vmtrace', VMTRACE, piece)).toEqual(VMTRACE_ROWS);
  });
});

test('a page-run stream can be written back to the byte', async () => {
  const page = fc.integer({ min: 0, max: 2 ** 45 });
  const run = fc.record({
    kind: fc.constantFrom('fetch' as const, 'read' as const, 'write' as const),
    space: fc.constant(0),
    page,
    count: fc.integer({ min: 1, max: 0xffff_ffff }),
    operands: fc.constant([]),
  });
  const event = page.map((p): Row => ({ kind: 'munmap', space: 0, page: null, count: 0, operands: [BigInt(p), 2n] }));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(run, event)), fc.integer({ min: 1, max: 50 }), async (rows, piece) => {
      const bytes = new VrunsEncoder().encode(rows);
      const decoded = await decode('vruns', bytes, piece);
      expect(decoded).toEqual(rows);
      expect(new VrunsEncoder().encode(decoded)).toEqual(bytes);
    }),
  );
});

test('a full-system stream can be written back to the byte', async () => {
  const address = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const dcount = fc.integer({ min: 0, max: 0xffff_ffff });
  const physical = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 40n }));
  const record: fc.Arbitrary<Parameters<typeof vmtraceRecord>> = fc.oneof(
    fc.tuple(fc.constant(1), fc.integer({ min: 0, max: 1 }), dcount, address, physical),
    fc.tuple(fc.constant(7), fc.constant(0), dcount, address, physical),
    fc.tuple(fc.constantFrom(2, 6), fc.integer({ min: 1, max: 5 }), dcount, address, address),
    fc.tuple(fc.constantFrom(3, 4, 5), fc.constant(0), dcount, address, fc.constant(0n)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1 }), async (records) => {
      const bytes = Buffer.concat(records.map((fields) => vmtraceRecord(...fields)));
      expect(encodeVmtrace(await decode('vmtrace', bytes))).toEqual(bytes);
    }),
  );
});

describe('a malformed stream is refused with its byte offset', () => {
  test.each([
    ['vruns', VRUNS.subarray(0, -1), 'byte 18: found the end of the stream; expected the rest of a record'],
    ['vruns', Buffer.from([0x02, 0x00, 0x1f]), 'byte 2: found event kind 15; expected 1 to 13'],
    ['vruns', Buffer.from([0x0a, 0x00]), 'byte 0: found page -1; expected a page below 2^52'],
    ['vruns', Buffer.from([0x04, 0x00]), 'byte 0: found a fetch that writes'],
    ['vruns', Buffer.alloc(20, 0x80), 'found a number of more than 8 bytes'],
    [
      'vmtrace',
      VMTRACE.subarray(0, -1),
      'byte 216: found the end of the stream; expected the rest of a record of 24 bytes',
    ],
    ['vmtrace', vmtraceRecord(8, 0, 0, 0n, 0n), 'byte 0: found kind 8'],
    ['vmtrace', vmtraceRecord(2, 6, 0, 0n, 0n), 'byte 0: found a table entry of level 6; expected 1 to 5'],
  ] as const)('%s %#', async (format, bytes, message) => {
    await expect(decode(format, Buffer.from(bytes))).rejects.toThrow(TraceError);
    await expect(decode(format, Buffer.from(bytes))).rejects.toThrow(message);
  });
});

describe('a file is known by its first bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmmu-formats-'));
  function file(name: string, bytes: Buffer): string {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  }

  test('a page-run stream, compressed or not', async () => {
    expect(await rowsOf(await openAnyTrace(file('plain', VRUNS)))).toEqual(VRUNS_ROWS);
    expect(await rowsOf(await openAnyTrace(file('packed', gzipSync(VRUNS))))).toEqual(VRUNS_ROWS);
  });

  test('a full-system stream, whose name says how it was filtered', async () => {
    const trace = await openAnyTrace(file('boot-f64.bin', VMTRACE));
    expect(trace.header.characteristics.filterSets).toBe(64);
    expect(await rowsOf(trace)).toEqual(VMTRACE_ROWS);
  });

  test('a full-system stream whose filter is not known is refused', async () => {
    await expect(openAnyTrace(file('boot.bin', VMTRACE))).rejects.toThrow(UsageError);
  });

  test('anything else is refused with the formats there are', async () => {
    await expect(openAnyTrace(file('text', Buffer.from('{"not": "a trace"}')))).rejects.toThrow(
      'byte 0: found the bytes 7b226e6f74223a20; expected a trace (native or vmtrace, lackey, drmemtrace',
    );
  });
});
