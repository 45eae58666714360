/** `vmmu share` on the command line: several virtual machines on one processor. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ShareRow } from '../../src/report/share-row.js';
import { complaintOf, printedHere } from './in-process.js';
import { printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const small = `${folder}/small.arrows`;
const other = `${folder}/other.arrows`;
const filtered = 'boot';
beforeAll(async () => {
  await printed(folder, 'trace gen uniform small.arrows --refs 20k --pages 64 --name small');
  await printed(folder, 'trace gen uniform other.arrows --refs 30k --pages 64 --seed 7 --name other');
});

async function rows(args: string): Promise<ShareRow[]> {
  const text = await printedHere(`share ${args} --quiet --format json`);
  const { schema, rows: found } = JSON.parse(text) as { schema: string; rows: ShareRow[] };
  expect(schema).toBe('vmmu/share@1');
  return found;
}

describe('a row for each machine and strategy', () => {
  test('has what it counts alone, as a run does, and shared', async () => {
    const found = await rows(`${small} ${other} --slice 1k`);
    expect(found.map(({ vm, shared }) => [shared.strategy, vm, shared.trace])).toEqual([
      ['shadow', 1, 'small'],
      ['shadow', 2, 'other'],
      ['nested', 1, 'small'],
      ['nested', 2, 'other'],
    ]);
    const run = JSON.parse(
      await printed(folder, 'run small.arrows other.arrows --strategy shadow,nested --workers 1 --quiet --format json'),
    ) as { rows: ShareRow['alone'][] };
    expect(found.map(({ alone }) => alone.counters).sort(byText)).toEqual(
      run.rows.map(({ counters }) => counters).sort(byText),
    );
    for (const { counts, alone, shared } of found) {
      expect(counts.slices).toBe(shared.vmmInvocations.find(({ cause }) => cause === 'sliceEnd')!.count);
      expect(shared.counters.refs).toBe(alone.counters.refs);
      expect(shared.counters.vmExits).toBe(alone.counters.vmExits + counts.slices);
    }
  });

  test('the same trace may run in several machines; CSV has a line for each', async () => {
    const lines = (await printedHere(`share ${small} ${small} --strategy nested --quiet --format csv`))
      .trim()
      .split('\n');
    expect(lines.length).toBe(3);
    expect(lines[0]).toContain('trace,vm,machine,costs,strategy');
    expect(lines[2]).toMatch(/^small,2,amd-zen4,/);
  });

  test('as tables: translation, losses, exits', async () => {
    const text = await printedHere(`share ${small} ${other} --quiet --machine amd-barcelona`);
    for (const part of ['TLB misses', 'lost to others', 'sliceEnd', '1 small', '2 other']) expect(text).toContain(part);
  });
});

describe('bad input is one line', () => {
  test.each([
    ['share', "missing required argument 'traces'"],
    [`share ${small} --slice 0`, 'Allowed: a whole number from 1'],
    [`share ${small} --strategy native`, 'strategy native on amd-zen4: found one without virtual machines'],
    [`share ${small} --strategy direct`, 'strategy direct on amd-zen4: found one without virtual machines'],
    [`share ${small} --strategy nested --machine intel-prescott`, 'intel-prescott has no nested paging'],
    [`share ${small} --strategy shado`, "unknown strategy 'shado' (nearest: shadow)"],
    [`share ${small} --set vmm.guestFlush=all`, 'vmm.guestFlush'],
    [`share ${filtered} ${small}`, 'give --allow-inexact to replay it and have its rows marked'],
    [
      `share ${small} ${small} --strategy shadow --machine intel-prescott --set guest.memoryMib=32768`,
      '2 virtual machines of that size need more than the 36 bits',
    ],
  ])('%s', async (args, complaint) => {
    expect(await complaintOf(`${args} --quiet`)).toContain(complaint);
  });
});

function byText(one: unknown, another: unknown): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(another));
}
