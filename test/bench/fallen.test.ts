import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complaintOf } from '../cli/in-process.js';
import { temporaryFolder } from '../cli/vmmu.js';
import type { BenchRow } from '../../src/bench/bench.js';
import { changes, type Earlier } from '../../src/bench/fallen.js';

const folder = temporaryFolder();
const one = (median: number) => ({ median, least: median, most: median });
const row = (stream: 'zipf' | 'uniform', median: number | null): BenchRow => ({
  stream,
  strategy: 'native',
  organisation: 'plain',
  refsPerSecond: one(1e6),
  runsPerSecond: one(1e6),
  bytesPerMillionRefs: one(0),
  ratio: median === null ? null : { to: 'yardstick', value: one(median), target: 0.4 },
});
const earlier = (...rows: readonly BenchRow[]): Earlier => rows.map((each) => ({ ...each }));

test('a ratio to the C program fell where it is more than a tenth lower than before', () => {
  const fell = (before: number, now: number): boolean | undefined =>
    changes(earlier(row('zipf', before)), [row('zipf', now)])[0]?.fell;
  expect(fell(0.4, 0.35)).toBe(true);
  expect(fell(0.4, 0.37)).toBe(false);
  expect(fell(0.4, 0.8)).toBe(false);
});

test('only cases that both have measured beside the same program are compared', () => {
  expect(changes(earlier(row('zipf', 0.4)), [row('uniform', 0.1)])).toEqual([]);
  expect(changes(earlier(row('zipf', null)), [row('zipf', 0.1)])).toEqual([]);
  const beside = { ...row('zipf', 0.4), ratio: { to: 'walk2d', value: one(0.4), target: 1 } };
  expect(changes(earlier(beside), [row('zipf', 0.1)])).toEqual([]);
});

test.each([
  ['--only nonsense', /^--only nonsense: found no case of that name/],
  ['--compare none.json', /^--compare: found no --yardstick/],
  ['--yardstick --compare none.json', /^--compare none\.json: ENOENT/],
  ['--yardstick --compare text.json', /^--compare text\.json: found no JSON; expected what vmmu bench --format json/],
  ['--yardstick --compare other.json', /^--compare other\.json: rows\.0\.stream: found 3; expected a string/],
])('vmmu bench %s is refused', async (options, message) => {
  writeFileSync(join(folder, 'text.json'), 'stream strategy\n');
  writeFileSync(join(folder, 'other.json'), '{"schema": "vmmu/bench@1", "rows": [{"stream": 3}]}');
  expect(await complaintOf(`bench ${options}`, folder)).toMatch(message);
});
