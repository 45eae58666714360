import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COUNTER_NAMES, type CounterName } from '../../src/counters/counters.js';
import { FORMATS } from '../../src/report/formats.js';
import { pageWalksCsv, summaryCsv, vmmInvocationsCsv } from '../../src/report/csv.js';
import type { ResultRow } from '../../src/report/result-row.js';
import { rowsOf } from './rows.js';

const rows = rowsOf();
const counters = fc.record(
  Object.fromEntries(COUNTER_NAMES.map((name) => [name, fc.maxSafeNat()])) as Record<CounterName, fc.Arbitrary<number>>,
);

describe('every form carries the same numbers', () => {
  test('all counters, up to 2^53', async () => {
    await fc.assert(
      fc.asyncProperty(counters, async (drawn) => {
        const row: ResultRow = { ...rows[1], counters: drawn, point: { 'guest.pages': '4k' } };
        const inCsv = parse(FORMATS.csv.render([row]))[0]!;
        const document = JSON.parse(FORMATS.json.render([row])) as { schema: string; rows: ResultRow[] };
        const line = JSON.parse(FORMATS.ndjson.render([row])) as ResultRow;
        const inArrow = tableFromIPC(await FORMATS.arrow.render([row]))
          .get(0)!
          .toJSON();
        expect(document).toEqual({ schema: 'vmmu/run@1', rows: [row] });
        expect(line).toEqual(row);
        for (const name of COUNTER_NAMES) {
          expect(Number(inCsv[name])).toBe(drawn[name]);
          expect(inArrow[name]).toBe(drawn[name]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('the axes of a sweep; outside of one there is nothing of them', async () => {
    const path = 'machine.tlb.l1d.4k.entries';
    const swept = rows.map((row, at) => ({ ...row, point: { [path]: String(32 + at) } }));
    expect(parse(FORMATS.csv.render(swept)).map((record) => record[path])).toEqual(['32', '33', '34']);
    expect(
      tableFromIPC(await FORMATS.arrow.render(swept))
        .getChild(path)!
        .toArray(),
    ).toEqual(['32', '33', '34']);
    for (const form of ['table', 'markdown', 'latex'] as const) {
      const text = FORMATS[form].render(swept);
      expect(text).toContain(path);
      expect(text).toMatch(/\b34\b/);
    }
    for (const { render } of Object.values(FORMATS)) expect(String(await render(rows))).not.toMatch(/"point"|entries/);
  });

  test('cycles in full precision', async () => {
    const third = { ...rows[0], cycles: { ...rows[0].cycles, perKiloRef: 1 / 3 } };
    expect(Number(parse(summaryCsv([third]))[0]!['cyclesPerKiloRef'])).toBe(1 / 3);
    expect(
      tableFromIPC(await FORMATS.arrow.render([third]))
        .get(0)!
        .toJSON()['cyclesPerKiloRef'],
    ).toBe(1 / 3);
  });

  test('the same rows give the same bytes', async () => {
    for (const { render } of Object.values(FORMATS)) expect(await render(rowsOf())).toEqual(await render(rowsOf()));
  });

  test('texts with commas and quotes survive CSV', () => {
    const csv = summaryCsv([{ ...rows[0], trace: 'a "b", c' }]);
    expect(csv).toContain('\n"a ""b"", c",round,even,native,');
  });
});

describe('tables of parts', () => {
  test('one page-walk line for each row, dimension and level: 4 + 4 + 8', () => {
    const lines = parse(pageWalksCsv(rows));
    expect(lines).toHaveLength(16);
    expect(lines.at(-1)).toMatchObject({
      strategy: 'nested',
      dimension: 'nested',
      level: '1',
      refs: '5000',
      refsPerWalk: '5',
    });
  });

  test('one VMM-invocation line for each cause that occurred', () => {
    const lines = parse(vmmInvocationsCsv(rows));
    expect(lines.map(({ strategy, cause, count }) => [strategy, cause, count])).toEqual([
      ['shadow', 'hiddenFault', '150'],
      ['shadow', 'tableWrite', '40'],
      ['shadow', 'cr3Write', '10'],
      ['nested', 'nestedFault', '100'],
    ]);
  });

  test('no exits leave the header', () => {
    expect(vmmInvocationsCsv([rows[0]]).split('\n')).toHaveLength(2);
  });
});

/** For values without quotes. */
function parse(csv: string): Record<string, string>[] {
  const [header, ...lines] = csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return lines.map((line) => Object.fromEntries(header!.map((name, at) => [name, line[at]!])));
}
