/** Do results that were written come back as they were, and can they be priced again without a replay? */
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { COSTS } from '../../src/config/costs/index.js';
import { gather } from '../../src/gather/gather.js';
import { readDocument } from '../../src/gather/documents.js';
import { readFolder } from '../../src/gather/folders.js';
import { pricesOf } from '../../src/gather/prices.js';
import { countedOf, identityOf } from '../../src/report/counted.js';
import { json, ndjson } from '../../src/report/json.js';
import { manifest } from '../../src/report/manifest.js';
import { writeOutDir } from '../../src/report/out-dir.js';
import { pricedRow, type ResultRow } from '../../src/report/result-row.js';
import { config, rowsOf } from '../report/rows.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-gather-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS: readonly ResultRow[] = [
  ...rowsOf(),
  ...rowsOf({ trace: 'stack, "quoted"\nand broken', exactness: 'excluded: no reason' }),
].map((row, at): ResultRow => ({ ...row, point: at < 3 ? {} : { 'guest.vcpus': '4' } }));

async function written(name: string, rows: readonly ResultRow[]): Promise<string> {
  const path = join(folder, name);
  const about = manifest({ version: '0', strategies: ['shadow'], configurations: [config], inputs: [] });
  await writeOutDir(path, rows, about);
  return path;
}

test('rows read back from a folder are those that were written', async () => {
  expect((await readFolder(await written('all', ROWS)))!.rows).toEqual(ROWS);
});

test('rows read back from JSON and NDJSON are those that were written', async () => {
  writeFileSync(join(folder, 'rows.json'), json(ROWS));
  writeFileSync(join(folder, 'rows.ndjson'), ndjson(ROWS));
  expect((await readDocument(join(folder, 'rows.json')))!.rows).toEqual(ROWS);
  expect((await readDocument(join(folder, 'rows.ndjson')))!.rows).toEqual(ROWS);
});

test('a row priced again at its own prices is itself', () => {
  for (const row of ROWS) expect(pricedRow(identityOf(row), countedOf(row), config.machine, config.costs)).toEqual(row);
});

test('a row priced at those of another generation is what a replay at those prices gives', () => {
  const costs = COSTS['prescott-2005'];
  const [, there] = rowsOf({ config: { ...config, costs } });
  const [, here] = rowsOf();
  expect(pricedRow({ ...identityOf(here), costs: costs.name }, countedOf(here), config.machine, costs)).toEqual(there);
});

test('prices are those of the configuration that gives the recorded cycles; a price on an axis counts', () => {
  const [, row] = rowsOf();
  expect(pricesOf(row, [config])!.exits.exitHardwareCycles).toBe(1000);
  expect(pricesOf(row, [{ ...config, costs: COSTS['prescott-2005'] }])).toBeNull();
  const swept = { ...row, point: { 'costs.exitHardwareCycles': '1000' } };
  expect(pricesOf(swept, [{ ...config, costs: { ...config.costs, exitHardwareCycles: 7 } }])).toEqual(
    pricesOf(row, [config]),
  );
});

test('a page says which rows keep their cycles because nothing gives their prices', async () => {
  const [row] = rowsOf();
  const odd = { ...row, cycles: { ...row.cycles, total: row.cycles.total + 1 } };
  const { rows, notes } = await gather([await written('odd', [odd])], 'title', '0');
  expect(rows).toEqual([{ source: 0, row: odd }]);
  expect(notes).toHaveLength(1);
});

test('rows of two places that nothing else tells apart bear the name of their place', async () => {
  const paths = [await written('first', rowsOf()), await written('in/first', rowsOf())];
  const { rows } = await gather(paths, 'title', '0');
  expect(rows.map((row) => ('row' in row ? row.row : row).point)).toEqual(
    ['first', 'first', 'first', 'first (2)', 'first (2)', 'first (2)'].map((results) => ({ results })),
  );
});

test('a place that is named twice is refused', async () => {
  await expect(gather(['results', 'results/'], 'title', '0')).rejects.toThrow(/found results '.*results' twice/);
});

const BROKEN: readonly [what: string, change: (text: string) => string, message: RegExp][] = [
  ['a missing column', (text) => text.replace('totalCycles', 'sum'), /found no column totalCycles/],
  [
    'a word for a number',
    (text) => text.replace(/,1000000,/, ',many,'),
    /summary\.csv:2: refs: found 'many'; expected a number/,
  ],
  ['a short line', (text) => text.replace(/,[^,\n]*\n$/, '\n'), /summary\.csv: .*line 4/],
  ['a row twice', (text) => `${text}${text.split('\n')[1]!}\n`, /found the row .* twice/],
];

test.each(BROKEN)('%s is refused with its place', async (_, change, message) => {
  const path = await written('broken', rowsOf());
  const file = join(path, 'summary.csv');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  await expect(gather([path], 'title', '0')).rejects.toThrow(message);
});

test('a folder without results is refused, and what is not read inside one that has some is said', async () => {
  await expect(gather([join(folder, 'nowhere')], 'title', '0')).rejects.toThrow(/no such file/);
  await expect(gather(['src/cost'], 'title', '0')).rejects.toThrow(/found no results; expected/);
  const { notes } = await gather(['results'], 'title', '0');
  expect(notes).toEqual(['results/quick was not read: it holds no results itself; name it to have what lies in it']);
});
