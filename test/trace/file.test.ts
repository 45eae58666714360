import { tableFromIPC } from 'apache-arrow';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { spawnSync } from 'node:child_process';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { TraceError, UsageError } from '../../src/errors.js';
import { openTrace } from '../../src/trace/file-reader.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { generateTrace } from '../../src/trace/generate.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { loadShared, replayShared } from '../../src/trace/shared.js';
import type { TraceSource } from '../../src/trace/source.js';
import { handMade, HEADER, ROWS, rowsOf } from './hand-made.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-file-'));
const hasZstd = spawnSync('zstd', ['--version']).status === 0;

describe('what was written is what is read', () => {
  test.each(['plain.arrows', 'packed.arrows.gz', 'packed.arrows.br'])('%s', async (name) => {
    const path = join(folder, name);
    await writeTrace(path, handMade(ROWS));
    const trace = await openTrace(path);
    expect(trace.header).toEqual(HEADER);
    expect(await rowsOf(trace)).toEqual(ROWS);
  });

  test.each([1, 2, 3])('in batches of %d rows, whose pages come bit by bit', async (batchRows) => {
    const path = join(folder, `batches${batchRows}.arrows`);
    await writeTrace(path, handMade(ROWS, HEADER, batchRows));
    expect(await rowsOf(await openTrace(path))).toEqual(ROWS);
  });

  test('a trace without rows', async () => {
    const path = join(folder, 'none.arrows.br');
    await writeTrace(path, handMade([]));
    expect(await rowsOf(await openTrace(path))).toEqual([]);
  });

  test.runIf(hasZstd)('a zstd file, by the zstd program', async () => {
    const path = join(folder, 'zstd.arrows');
    await writeTrace(path, handMade(ROWS));
    spawnSync('zstd', ['-q', path]);
    expect(await rowsOf(await openAnyTrace(`${path}.zst`))).toEqual(ROWS);
    writeFileSync(join(folder, 'cut.zst'), readFileSync(`${path}.zst`).subarray(0, -9));
    await expect(openTrace(join(folder, 'cut.zst'))).rejects.toThrow(/found damaged zstd data/);
  });
});

test('a trace that is read and written again has the same bytes', async () => {
  const [first, second] = [join(folder, 'first.arrows.br'), join(folder, 'second.arrows.br')];
  await writeTrace(first, generateTrace('zipf', { refs: 300_000, pages: 4096, every: { io: 999 } }));
  await writeTrace(second, await openTrace(first));
  expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
});

test('another Arrow implementation reads the same rows', async () => {
  const path = join(folder, 'table.arrows.br');
  await writeTrace(path, handMade(ROWS, HEADER, 2));
  const table = tableFromIPC(brotliDecompressSync(readFileSync(path)));
  const rows = table
    .toArray()
    .map((row: { kind: number; page: bigint; count: number; operands: Iterable<bigint> }) => ({
      kind: row.kind,
      page: row.page,
      count: row.count,
      operands: [...row.operands],
    }));
  const [mapping, fetch, write] = rows;
  expect(rows.length).toBe(ROWS.length);
  expect(mapping).toMatchObject({ kind: 3, count: 0, operands: [0x400n, 16n, 5n, 0n] });
  expect(fetch).toEqual({ kind: 0, page: 0x400n, count: 12, operands: [] });
  expect(write).toEqual({ kind: 2, page: 0x7ffffn, count: 1, operands: [0x123456n] });
  const header = JSON.parse(table.schema.metadata.get('vmmu.trace') ?? '') as { kinds: string[] };
  expect(header.kinds.slice(0, 3)).toEqual(['fetch', 'read', 'write']);
});

describe('memory does not grow with the length of the trace', () => {
  async function peak(source: TraceSource): Promise<number> {
    let most = 0;
    for await (const batch of source.batches()) {
      if (batch.length > 0) most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    return most / 2 ** 20;
  }

  // 12 M rows are 180 MB of columns.
  test('of 12 M rows, less than 120 MB is held while writing and while reading', async () => {
    const path = join(folder, 'long.arrows');
    const trace = generateTrace('uniform', { refs: 12_000_000, pages: 4096 });
    let written = 0;
    function* observed() {
      for (const batch of trace.batches()) {
        written = Math.max(written, process.memoryUsage().arrayBuffers / 2 ** 20);
        yield batch;
      }
    }
    await writeTrace(path, { header: trace.header, pages: trace.pages, batches: observed });
    expect(written).toBeLessThan(120);
    expect(await peak(await openTrace(path))).toBeLessThan(120);
  });
});

describe('a trace in shared memory', () => {
  const bytes = { rows: 200_000, perRow: 9 };

  test('has the rows of its source, again and again', async () => {
    const shared = await loadShared(handMade(ROWS, HEADER, 3), 1e9);
    expect(await rowsOf(replayShared(shared!))).toEqual(ROWS);
    expect(await rowsOf(replayShared(shared!))).toEqual(ROWS);
  });

  test('takes about 9 bytes a row, and is null above the budget', async () => {
    const trace = () => generateTrace('uniform', { refs: bytes.rows, pages: 64 });
    const needed = bytes.rows * bytes.perRow;
    expect(await loadShared(trace(), 0.9 * needed)).toBeNull();
    expect(await loadShared(trace(), 1.4 * needed)).not.toBeNull();
  });

  test('is seen by a thread without being copied', async () => {
    const shared = await loadShared(handMade(ROWS), 1e9);
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       workerData.batches[0].count[1] = 77;
       parentPort.postMessage(workerData.pages.vpn[1]);`,
      { eval: true, workerData: shared },
    );
    const page = await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
    expect(page).toBe(0x7ffff);
    expect(shared?.batches[0]?.count[1]).toBe(77);
  });
});

describe('a file that cannot be written is a one-line usage error, and nothing is left behind', () => {
  test.each([
    ['no-such-folder/x.arrows', /^cannot write .*x\.arrows: its folder does not exist$/],
    ['x.parquet', /x\.parquet: a trace file is named \*\.arrows, \*\.arrows\.br, \*\.arrows\.gz$/],
    ['taken.arrows', /^cannot write .*taken\.arrows: it is a folder$/],
  ])('%s', async (name, message) => {
    mkdirSync(join(folder, 'taken.arrows'), { recursive: true });
    const write = writeTrace(join(folder, name), handMade(ROWS));
    await expect(write).rejects.toThrow(UsageError);
    await expect(write).rejects.toThrow(message);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  test('a source that fails midway', async () => {
    const source = handMade(ROWS);
    const failing = {
      ...source,
      *batches() {
        yield* source.batches() as Iterable<never>;
        throw new TraceError('input: byte 7: damaged');
      },
    };
    await expect(writeTrace(join(folder, 'half.arrows.br'), failing)).rejects.toThrow('input: byte 7: damaged');
    expect(readdirSync(folder).filter((file) => file.startsWith('half'))).toEqual([]);
  });
});
