/** Arrow readers other than ours read what is written here, and count the same. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import polars from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KIND_NAMES } from '../../src/trace/event.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import { generateTrace } from '../../src/trace/generate.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { Drops } from '../../src/trace/export/drops.js';
import { EXPORT_FORMATS } from '../../src/trace/export/index.js';
import { writeWholeFile } from '../../src/trace/whole-file.js';
import type { TraceSource } from '../../src/trace/source.js';
import { handMade, HEADER, ROWS, rowsOf } from './hand-made.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-arrow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The second has pages that come batch by batch, the third several kinds of events. */
const TRACES: Readonly<Record<string, () => TraceSource>> = {
  'hand-made': () => handMade(ROWS, HEADER, 2),
  uniform: () => generateTrace('uniform', { refs: 150_000, pages: 8192 }),
  'cow-storm': () => generateEvents('cow-storm', { operations: 50 }),
  'no rows': () => handMade([]),
};

interface Counts {
  readonly rows: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly references: number;
  readonly distinctPages: number;
  readonly operands: number;
  readonly operandSum: bigint;
}

async function countsOf(trace: TraceSource): Promise<Counts> {
  const rows = await rowsOf(trace);
  const operands = rows.flatMap((row) => row.operands);
  return {
    rows: rows.length,
    byKind: tally(rows.map(({ kind }) => kind)),
    references: rows.reduce((sum, { count }) => sum + count, 0),
    distinctPages: new Set(rows.flatMap(({ page }) => (page === null ? [] : [page]))).size,
    operands: operands.length,
    operandSum: operands.reduce((sum, value) => sum + value, 0n),
  };
}

function tally(names: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** @param kinds names of the kind column's values, where these are numbers */
function byFlechette(bytes: Uint8Array, kinds?: readonly string[]): Counts {
  const table = tableFromIPC(bytes, { useBigInt: true });
  const column = (name: string): unknown[] => [...(table.getChild(name) as Iterable<unknown>)];
  const names = column('kind').map((kind) => kinds?.[kind as number] ?? (kind as string));
  const pages = column('page').filter((page, row) => page !== null && /^(fetch|read|write)$/.test(names[row]!));
  const operands = column('operands').flatMap((list) => [...(list as Iterable<bigint>)]);
  return {
    rows: table.numRows,
    byKind: tally(names),
    references: column('count').reduce<number>((sum, count) => sum + (count as number), 0),
    distinctPages: new Set(pages).size,
    operands: operands.length,
    operandSum: operands.reduce((sum, value) => sum + value, 0n),
  };
}

describe('flechette', () => {
  test.each(Object.entries(TRACES))('the native stream: %s', async (name, trace) => {
    const path = join(folder, `${name}.arrows`);
    await writeTrace(path, trace());
    expect(byFlechette(readFileSync(path), KIND_NAMES)).toEqual(await countsOf(trace()));
  });

  test.each(Object.entries(TRACES))('the file with plain columns: %s', async (name, trace) => {
    const path = join(folder, `${name}.arrow`);
    await writeWholeFile(path, EXPORT_FORMATS.arrow.encode(trace(), new Drops('arrow')));
    expect(byFlechette(readFileSync(path))).toEqual(await countsOf(trace()));
  });
});

describe('polars', () => {
  beforeAll(async () => {
    for (const [name, trace] of Object.entries(TRACES))
      await writeWholeFile(join(folder, `${name}.p.arrow`), EXPORT_FORMATS.arrow.encode(trace(), new Drops('arrow')));
  });

  test.each(Object.entries(TRACES))('the file with plain columns: %s', async (name, trace) => {
    const frame = polars.readIPC(readFileSync(join(folder, `${name}.p.arrow`)));
    const { byKind, operandSum, ...expected } = await countsOf(trace());
    expect(frame.columns).toEqual(['kind', 'space', 'page', 'count', 'operands']);
    const column = (of: string): unknown[] => frame.getColumn(of).toArray();
    expect(tally(column('kind') as string[])).toEqual(byKind);
    const operands = column('operands').flatMap((list) => [...(list as Iterable<number | bigint>)]);
    expect({
      rows: frame.height,
      references: column('count').reduce<number>((sum, count) => sum + Number(count), 0),
      distinctPages: frame.getColumn('page').dropNulls().nUnique(),
      operands: operands.length,
    }).toEqual(expected);
    // Its numbers are doubles here: the sum is exact where the operands are below 2^53.
    if (operandSum < 2n ** 53n)
      expect(operands.reduce<bigint>((sum, value) => sum + BigInt(value), 0n)).toBe(operandSum);
  });

  test('the native stream, where all pages are known from the beginning', async () => {
    const trace = TRACES['cow-storm']!;
    const path = join(folder, 'one-batch.arrows');
    await writeTrace(path, trace());
    expect(polars.readIPCStream(readFileSync(path)).height).toBe((await countsOf(trace())).rows);
  });

  test('the native stream, where pages come later, is why there is a file with plain columns', async () => {
    const path = join(folder, 'batches.arrows');
    await writeTrace(path, TRACES['uniform']!());
    expect(() => polars.readIPCStream(readFileSync(path))).toThrow(/delta dictionary/);
  });
});
