import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from '../cli/in-process.js';
import { rowsOf } from '../cli/rows.js';
import { expectRefusal, temporaryFolder } from '../cli/vmmu.js';
import { cellKey } from '../../src/sweep/key.js';
import { togetherness } from '../../src/run/together.js';
import { configOf } from '../support/machine.js';
import { USER } from '../support/trace-builder.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform small.arrows --refs 20k --pages 2048 --name small', folder));

const HASWELL = '--machine intel-haswell --walk-caches none --set machine.pteCacheShare=0';

describe('a sample that could not be exact by sets is refused, with what to give instead', () => {
  test.each([
    [
      '--machine intel-haswell',
      'found walk caches or a nested TLB on intel-haswell, which see every miss; expected none: --walk-caches none',
    ],
    [
      '--machine intel-haswell --walk-caches none',
      'found table entries in data caches, which see every walk; expected none: --set machine.pteCacheShare=0',
    ],
    [
      '--machine yardstick --strategy agile',
      'strategy agile on yardstick: --sample: found strategy agile, whose misses do more than walk; expected native, nested or shadow',
    ],
    ['--machine yardstick --set guest.vcpus=2', 'found 2 processors; expected one: --set guest.vcpus=1'],
    ['--machine yardstick --set machine.tlb.l1d.4k.index=xor', 'found l1d.4k with sets by xor on yardstick'],
    ['--machine yardstick --set machine.tlb.l1d.4k.replacement=random', 'found l1d.4k with random replacement'],
    [
      '--machine amd-zen4 --walk-caches none --set machine.pteCacheShare=0',
      'l1i.shared 1, l1d.shared 1, l2.instruction.4k 128, l2.data.4k 384; all can be divided by 1 at the most; expected a common divisor of 4 or more',
    ],
    [
      '--machine intel-icelake --walk-caches none --set machine.pteCacheShare=0',
      'found two arrays for one size of page, l2.unified.4k+2m among them on intel-icelake',
    ],
    [
      HASWELL,
      'sets=1/8 on intel-haswell, whose TLBs have these sets: l1i.4k 8, l1d.4k 16, l2.unified.4k+2m 128; all can be divided by 8 at the most; expected a part of that with 2 sets or more: 1/2, 1/4',
    ],
    [`${HASWELL} --guest-pages 2m --strategy native`, 'l1i.2m 1, '],
    ['--machine yardstick --audit', '--sample: found --audit, which checks every set'],
  ])('%s', async (given, complaint) => {
    expect(await complaintOf(`run small.arrows --sample sets=1/8 ${given} --quiet`, folder)).toContain(complaint);
  });

  test.each(['sets=1/1', 'sets=2/8', 'sets=0.1', 'ways=1/8', '1/8'])('--sample %s', async (given) => {
    await expectRefusal(
      folder,
      `run small.arrows --sample ${given}`,
      'Allowed: sets=1/n, as sets=1/8, with n from 2 on',
    );
  });

  test('in a sweep the cell is excluded, and says why', async () => {
    writeFileSync(
      join(folder, 'both.yaml'),
      'traces: [small.arrows]\nmachines: [yardstick, amd-zen4]\nstrategies: [native]\n',
    );
    const csv = await printedHere('sweep run both.yaml --sample sets=1/4 --format csv --quiet --workers 1', folder);
    expect(csv).toContain('sampled: 4 of 16 groups of sets');
    expect(csv).toContain('excluded: strategy native on amd-zen4: --sample: found walk caches');
  });
});

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
