/** Do results that were written come back as they were, and can they be priced again without a replay? */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { COSTS } from '../../src/config/costs/index.js';
import type { PageData } from '../../src/gather/page-data.js';
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
  expect((await readDocument(join(folder, 'rows.json'), () => undefined))!.rows).toEqual(ROWS);
  expect((await readDocument(join(folder, 'rows.ndjson'), () => undefined))!.rows).toEqual(ROWS);
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

const points = ({ rows }: PageData) => rows.map((row) => ('row' in row ? row.row : row).point);

test('equal rows of two places are shown once, and that is said', async () => {
  const page = await gather([await written('first', rowsOf()), await written('in/first', rowsOf())], 'title', '0');
  expect(points(page)).toEqual([{}, {}, {}]);
  expect(page.notes).toEqual(['3 rows of first (2) are those of places before it, and are shown once']);
});

test('all rows of two places that would be taken for each other bear the name of their place', async () => {
  const [native, shadow, nested] = rowsOf();
  const other = { ...shadow, counters: { ...shadow.counters, tlbMisses: 7 } };
  const page = await gather(
    [await written('a', [native, shadow]), await written('b', [native, other, nested])],
    'title',
    '0',
  );
  expect(points(page)).toEqual(['a', 'a', 'b', 'b', 'b'].map((results) => ({ results })));
});

test('a document in a folder of results is read too', async () => {
  const path = await written('with', rowsOf());
  writeFileSync(join(path, 'shape.json'), readFileSync('results/traces/boot.json'));
  expect((await gather([path], 'title', '0')).traces.map(({ name }) => name)).toEqual(['boot']);
});

test('what lies in a folder and is not read is named', async () => {
  const path = join(folder, 'mixed');
  mkdirSync(join(path, 'deep', 'er'), { recursive: true });
  writeFileSync(join(path, 'rows.JSON'), json(ROWS));
  writeFileSync(join(path, 'share.json'), '{"schema": "vmmu/share@1"}');
  writeFileSync(join(path, 'deep', 'rows.json'), json(ROWS));
  symlinkSync(await written('linked', rowsOf({ trace: 'other' })), join(path, 'link'));
  const { rows, notes } = await gather([path], 'title', '0');
  expect(rows).toHaveLength(ROWS.length + 3);
  expect(notes.filter((text) => !text.includes('keep their cycles'))).toEqual([
    'folders in mixed/deep were not read (er): name mixed/deep to have what lies in them',
    'mixed/share.json was not read: a page does not show vmmu/share@1',
    '6 rows of mixed/rows.JSON are those of places before it, and are shown once',
  ]);
});

test('a place that is named twice is refused', async () => {
  await expect(gather(['results', 'results/'], 'title', '0')).rejects.toThrow(/found results '.*results' twice/);
});

test.each([
  ['no row', (text: string) => text.split('\n').slice(0, 1).join('\n'), /found rows of .*, which .* does not have/],
  [
    'a row short',
    (text: string) => text.split('\n').toSpliced(1, 1).join('\n'),
    /the parts of .* add up to \d+ walkRefs, its counters say \d+/,
  ],
] as const)('page walks with %s are refused', async (what, change, message) => {
  const path = await written('parts', rowsOf());
  const file = join(path, what === 'no row' ? 'summary.csv' : 'page-walks.csv');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  await expect(gather([path], 'title', '0')).rejects.toThrow(message);
});

test.each([
  ['a server of entries is missing', (text: string) => text.replace('"l1Refs"', '"l9Refs"'), /pageWalks\.0\.l1Refs/],
  ['a count is negative', (text: string) => text.replace('"refs": 1000000', '"refs": -1'), /counters\.refs/],
  ['a row stands twice', (text: string) => text.replace('"rows": [', `"rows": [${JSON.stringify(ROWS[0])},`), /twice/],
  ['there are no rows', () => '{"schema": "vmmu/run@1", "rows": []}', /found no rows/],
] as const)('JSON in which %s is refused', async (_, change, message) => {
  const file = join(folder, 'bad.json');
  writeFileSync(file, change(json(ROWS)));
  await expect(gather([file], 'title', '0')).rejects.toThrow(message);
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
  expect(notes).toEqual([
    expect.stringMatching(/^folders in results\/quick were not read \(agile, .*\): name results\/quick/),
  ]);
});
