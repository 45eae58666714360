/** Does the CSV of a recording of a full system come back? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Drops } from '../../src/trace/export/drops.js';
import { EXPORT_FORMATS } from '../../src/trace/export/index.js';
import { openAnyTrace, type OpenOptions } from '../../src/trace/open.js';
import { writeWholeFile } from '../../src/trace/whole-file.js';
import { handMade, rowsOf, type Row } from './hand-made.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-system-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('csv of a full system', () => {
  const event = (kind: Row['kind'], count: number, ...operands: bigint[]): Row => ({
    kind,
    space: 1,
    page: null,
    count,
    operands,
  });
  const rows: Row[] = [
    event('tableSnapshot', 7, 4n, 0x30b6888n, 0x8000_0000_02a0_00e3n),
    event('cr3Write', 0, 0x30b6000n),
    { kind: 'fetch', space: 2, page: 0xf_ffff_ffff_f000, count: 0, operands: [0n, 0xfffn] },
    { kind: 'write', space: 2, page: 0x400, count: 3, operands: [0x123456n] },
    event('pageFault', 1, 0xffff_8000_0000_0123n),
    event('invlpg', 0, 0x401000n),
  ];
  const back = async (options: OpenOptions) => {
    const path = join(folder, 'system.csv');
    await writeWholeFile(path, EXPORT_FORMATS.csv.encode(handMade(rows), new Drops(null)));
    return openAnyTrace(path, options);
  };

  test('is read back record by record where its filter is told of, with what a recording holds', async () => {
    const trace = await back({ filterSets: 512 });
    expect(await rowsOf(trace)).toEqual(rows);
    const { source, tableWrites, counts, filterSets } = trace.header.characteristics;
    expect({ source, tableWrites, counts, filterSets }).toEqual({
      ...{ source: 'full-system', tableWrites: true, counts: 'since-previous-row', filterSets: 512 },
    });
  });

  test('is refused where it is not', async () => {
    await expect(back({}).then(rowsOf)).rejects.toThrow(
      /system.csv: line 2: found 'tableSnapshot'; expected records of user traces; of a recording of a full system --filter-sets/,
    );
  });

  test('other formats have no filters', async () => {
    const path = join(folder, 'x.din');
    writeFileSync(path, '0 1000\n');
    await expect(openAnyTrace(path, { filterSets: 64 })).rejects.toThrow(
      'x.din: found a format without filters; --filter-sets is of vmtrace and records-csv',
    );
  });
});
