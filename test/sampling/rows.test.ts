import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { printedHere } from '../cli/in-process.js';
import { rowsOf } from '../cli/rows.js';
import { temporaryFolder } from '../cli/vmmu.js';
import { cellKey } from '../../src/sweep/key.js';
import { togetherness } from '../../src/run/together.js';
import { configOf } from '../support/machine.js';
import { USER } from '../support/trace-builder.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform small.arrows --refs 20k --pages 2048 --name small', folder));

test('rows of a sample say so, and carry both ends of each interval; other rows have nothing of it', async () => {
  const given = 'small.arrows --machine yardstick --strategy native,nested';
  const [whole] = await rowsOf(folder, given);
  const [row] = await rowsOf(folder, `${given} --sample sets=1/4`);
  expect(whole).not.toHaveProperty('intervals');
  expect(row!.exactness).toBe('sampled: 4 of 16 groups of sets, 85% intervals');
  const [low, high] = row!.intervals!.tlbMisses!;
  expect(low).toBeLessThanOrEqual(row!.counters.tlbMisses);
  expect(high).toBeGreaterThanOrEqual(row!.counters.tlbMisses);
  const header = async (more: string): Promise<string[]> =>
    (await printedHere(`run ${given}${more} --format csv --quiet --workers 1`, folder)).split('\n')[0]!.split(',');
  const columns = await header(' --sample sets=1/4');
  const plain = await header('');
  expect(columns.slice(0, plain.length)).toEqual(plain);
  expect(columns.slice(plain.length, plain.length + 4)).toEqual([
    'l1TlbHitsLow',
    'l1TlbHitsHigh',
    'l2TlbHitsLow',
    'l2TlbHitsHigh',
  ]);
});

test('a seed draws its sets: the same again, others under another', async () => {
  const misses = async (seed: number): Promise<number> => {
    const given = `small.arrows --machine yardstick --strategy native --sample sets=1/4 --seed ${seed}`;
    return (await rowsOf(folder, given))[0]!.counters.l2TlbHits;
  };
  expect(await misses(1)).toBe(await misses(1));
  expect(await misses(1)).not.toBe(await misses(2));
});

test('a sample is another cell than the whole, and is not answered together with others', () => {
  const spec = { strategy: 'native', characteristics: USER, config: configOf() } as const;
  const sample = { units: 16, drawn: 4 };
  expect(cellKey({ ...spec, sample }, 'a')).not.toBe(cellKey(spec, 'a'));
  expect(cellKey({ ...spec, sample: undefined }, 'a')).toBe(cellKey(spec, 'a'));
  expect(togetherness([spec, spec, { ...spec, sample }, { ...spec, sample }])).toEqual([[0, 1], [2], [3]]);
});

test('where the sample cannot be vouched for, all sets are replayed and the row claims no interval', async () => {
  const given = 'boot --machine yardstick --strategy native --allow-inexact';
  const [whole] = await rowsOf(folder, given);
  expect(await rowsOf(folder, `${given} --sample sets=1/8`)).toEqual([whole]);
});

test('a sweep keeps intervals with its cells: made again of what it kept, its rows are the same', async () => {
  writeFileSync(
    join(folder, 'kept.yaml'),
    'traces: [small.arrows]\nmachines: [yardstick]\nstrategies: [native, nested]\n',
  );
  const again = (): Promise<string> =>
    printedHere('sweep run kept.yaml --sample sets=1/4 --out kept --format json --quiet --workers 1', folder);
  const first = await again();
  expect(first).toContain('"intervals"');
  expect(await again()).toBe(first);
});
