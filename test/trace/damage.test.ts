import assert from 'node:assert/strict';
import { makeTable, tableToIPC } from 'apache-arrow';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { KIND, type EventBatch } from '../../src/trace/event.js';
import { checkRows } from '../../src/trace/check-rows.js';
import { openTrace, TraceReader } from '../../src/trace/file-reader.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { generateTrace } from '../../src/trace/generate.js';
import { handMade, HEADER, ROWS, rowsOf, type Row } from './hand-made.js';
import { LONG } from '../long.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-damage-'));
let whole: Buffer;
let packed: Buffer;
let zipped: Buffer;

beforeAll(async () => {
  const paths = ['whole.arrows', 'packed.arrows.br', 'zipped.arrows.gz'].map((name) => join(folder, name));
  for (const path of paths) await writeTrace(path, handMade(ROWS, HEADER, 3));
  [whole, packed, zipped] = paths.map((path) => readFileSync(path)) as [Buffer, Buffer, Buffer];
});

/** Writes the bytes to a file and reads that to its end; what the error says behind the path, or null if there is none. */
async function complaint(bytes: Uint8Array, name = 'damaged.arrows', rows?: readonly Row[]): Promise<string | null> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return outcome(path, () => openTrace(path), rows);
}

/** The same for bytes that come from memory: faster. */
async function complaintOf(bytes: Uint8Array, rows?: readonly Row[]): Promise<string | null> {
  return outcome('memory', () => TraceReader.open('memory', Readable.from([bytes])), rows);
}

/** Where there is no error, the rows must be `rows`. */
async function outcome(path: string, open: () => Promise<TraceReader>, rows?: readonly Row[]): Promise<string | null> {
  try {
    const read = await rowsOf(await open());
    if (rows !== undefined) assert.deepEqual(read, rows);
    return null;
  } catch (error) {
    assert(error instanceof TraceError, String(error));
    assert(!error.message.includes('\n'), error.message);
    assert(error.message.startsWith(`${path}: `), error.message);
    return error.message.slice(path.length);
  }
}

describe('a file that is cut anywhere is refused', () => {
  test('uncompressed, at every byte', async () => {
    for (let length = 0; length < whole.length; length++) {
      const message = (await complaintOf(whole.subarray(0, length))) ?? 'accepted';
      assert.match(message, /^: byte \d+.*found .*; expected /, `cut at ${length}`);
    }
    expect(await complaintOf(whole, ROWS)).toBeNull();
  });

  test.each(['br', 'gz'])(`%s, at ${LONG ? 'every byte' : 'every 15th byte'}`, async (suffix) => {
    const bytes = suffix === 'br' ? packed : zipped;
    for (let length = 0; length < bytes.length; length += LONG ? 1 : 15) {
      const message = (await complaint(bytes.subarray(0, length), `cut.arrows.${suffix}`)) ?? 'accepted';
      assert.match(message, /^: byte \d+.*found .*; expected /, `cut at ${length}`);
    }
  });

  test('between two batches, with the end-of-stream mark of Arrow put behind', async () => {
    // Every message begins with ffffffff at a multiple of 8.
    const starts = [...Array(whole.length / 8).keys()].map((i) => 8 * i).filter((at) => whole.readInt32LE(at) === -1);
    const mark = whole.subarray(-8);
    for (const start of starts.slice(1, -1)) {
      expect(await complaint(Buffer.concat([whole.subarray(0, start), mark]))).toContain(
        'found the end of the stream; expected more rows',
      );
    }
  });
});

describe('a flipped bit is found, or changes nothing', () => {
  /** The bytes with one bit of one byte flipped: of each byte (or each so many) in turn, another bit each time. */
  function* flips(bytes: Buffer, firstBit: number, every = 1): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += every) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << ((firstBit + at) % 8);
      yield flipped;
    }
  }

  test.each(LONG ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 4])('uncompressed, from bit %d', async (firstBit) => {
    for (const flipped of flips(whole, firstBit)) await complaintOf(flipped, ROWS);
  });

  test('brotli', async () => {
    for (const flipped of flips(packed, 0, LONG ? 1 : 9)) await complaint(flipped, 'flipped.arrows.br', ROWS);
  });

  test('a page number that is exchanged for another is noticed by the checksum', async () => {
    const path = join(folder, 'checksum.arrows');
    await writeTrace(path, generateTrace('uniform', { refs: 1000, pages: 16 }));
    const bytes = readFileSync(path);
    const id = bytes.lastIndexOf(Buffer.from([5, 0, 0, 0]));
    bytes[id] = 6;
    expect(await complaint(bytes)).toMatch(
      /byte \d+ \/ row 0: found .* rows, checksum [0-9a-f]{8}; expected .* rows, checksum [0-9a-f]{8}/,
    );
  });
});

describe('what is not a trace is refused with what was found', () => {
  test.each([
    [
      'text',
      Buffer.from('0x1234 r 8\n'.repeat(10)),
      'found the bytes 3078313233342072; expected the start of an Arrow IPC message',
    ],
    ['json', Buffer.from('{"schema": "vmmu/run@1"}'), 'found the bytes 7b22736368656d61'],
    ['empty', Buffer.alloc(0), ': byte 0: found an empty file; expected a trace'],
    ['one byte', Buffer.from([0xff]), 'found the end of the file'],
    ['gzip of text', gzipSync('hello, this is not a trace'), 'found the bytes 68656c6c6f2c2074'],
    [
      'Arrow file format',
      Buffer.from(tableToIPC(makeTable({ a: new Uint8Array(3) }), 'file')),
      'found the bytes 4152524f57310000',
    ],
    [
      'foreign Arrow stream',
      Buffer.from(tableToIPC(makeTable({ a: new Uint8Array(3) }))),
      "without 'vmmu.trace' metadata",
    ],
    ['only ones', Buffer.alloc(1000, 0xff), 'found a metadata length of -1'],
    ['bytes behind the end', () => Buffer.concat([whole, Buffer.from('x')]), 'found bytes after the end of the trace'],
    ['two traces', () => Buffer.concat([whole, whole]), 'found bytes after the end of the trace'],
  ])('%s', async (_, bytes, message) => {
    expect(await complaint(typeof bytes === 'function' ? bytes() : bytes)).toContain(message);
  });

  test('text that is called .br', async () => {
    expect(await complaint(Buffer.from('plain text'), 'text.arrows.br')).toMatch(
      /^: byte 0 after decompression: found .* brotli data/,
    );
  });

  test('no file, and a folder', async () => {
    mkdirSync(join(folder, 'folder.arrows'));
    await expect(openTrace(join(folder, 'nothing'))).rejects.toThrow(/nothing: no such file$/);
    await expect(openTrace(join(folder, 'folder.arrows'))).rejects.toThrow(/found a directory; expected a trace file$/);
  });

  test('brotli of something else', async () => {
    expect(await complaint(brotliCompressSync('hello, this is not a trace'), 'x.arrows.br')).toContain(
      'found the bytes 68656c6c6f2c2074',
    );
  });
});

describe('rows that no replay could understand are refused', () => {
  const read = { kind: KIND.read, page: 0, count: 1, operands: 0 };

  test.each([
    [{ kind: 200 }, 'row 40: found kind 200; expected 0 to 41'],
    [{ page: 9 }, "row 40: found page 9 of 'read'; expected less than 9"],
    [{ kind: KIND.hlt, page: 3, count: 0 }, "row 40: found 'hlt' with page 3 and count 0; expected 0 and 0"],
    [{ kind: KIND.hlt, page: 0, count: 3 }, "row 40: found 'hlt' with page 0 and count 3; expected 0 and 0"],
    [{ count: 0 }, "row 40: found a 'read' of no references; expected at least one"],
    [{ operands: 3 }, "row 40: found 3 operands of 'read'; expected 0 to 2"],
    [{ kind: KIND.munmap, count: 0, operands: 1 }, "row 40: found 1 operands of 'munmap'; expected 2"],
  ])('%j', (change, message) => {
    const { kind, page, count, operands } = { ...read, ...change };
    const batch: EventBatch = {
      length: 1,
      kind: Uint8Array.of(kind),
      space: Uint16Array.of(0),
      page: Uint32Array.of(page),
      count: Uint32Array.of(count),
      operandStart: Uint32Array.of(0, operands),
      operands: new Uint32Array(2 * operands),
    };
    expect(() => checkRows(batch, 9, 'exact', 40)).toThrow(message);
  });
});
