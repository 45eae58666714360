/** Guests of several processors and of isolated page tables, on the command line. */
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf } from './in-process.js';
import { rowsOf } from './rows.js';
import { printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
beforeAll(async () => {
  await printed(folder, 'trace gen uniform small.arrows --refs 2k --pages 64 --every systemCall=100');
  await printed(folder, 'trace gen syscall recorded.arrows --operations 10');
});

test('strategies that are not modelled with several processors are excluded, and say so', async () => {
  const rows = await rowsOf(folder, 'small.arrows --strategy nested,agile --set guest.vcpus=2');
  expect(rows.map(({ exactness }) => exactness)).toEqual([
    'exact',
    'excluded: a guest of several processors under agile is not modelled',
  ]);
});

test('20 system calls of a guest with page-table isolation write CR3 40 times more, page faults aside', async () => {
  const writes = async (set: string): Promise<number> => {
    const [row] = await rowsOf(folder, `small.arrows --strategy nested --set guest.pageTableIsolation=${set}`);
    return row!.counters.cr3Writes - 2 * row!.counters.guestFaults * Number(set === 'true');
  };
  // The kernel is left once after it has started; the last call stands at the end of the trace, and never returns.
  expect((await writes('true')) - (await writes('false'))).toBe(1 + 2 * 20 - 1);
});

test('recorded guests are what they are', async () => {
  for (const [set, why] of [
    ['guest.vcpus=2', 'a guest of one processor'],
    ['guest.pageTableIsolation=true', 'its own CR3 writes'],
  ] as const) {
    const [row] = await rowsOf(folder, `recorded.arrows --strategy nested --set ${set}`);
    expect(row!.exactness).toContain(why);
  }
});

describe('what does not go together is refused', () => {
  test.each([
    ['--set guest.vcpus=0', 'guest.vcpus'],
    [
      '--machine intel-skylake --set guest.vcpus=2 --set guest.pcid=true',
      'found 2; with guest.pcid a guest of one processor is modelled: 1',
    ],
    [
      '--set guest.vcpus=2 --set guest.mode=pae',
      'found 2; several processors are modelled of 4level and 5level guests',
    ],
    [
      '--set guest.pageTableIsolation=true --set guest.mode=pae',
      'found true; it is modelled of 4level and 5level guests',
    ],
    ['--set vmm.vcpus=some', 'vmm.vcpus'],
  ])('%s', async (args, complaint) => {
    expect(await complaintOf(`run ${folder}/small.arrows ${args}`)).toContain(complaint);
  });

  test('machines that share a processor have one each', async () => {
    expect(await complaintOf(`share ${folder}/small.arrows --set guest.vcpus=2 --quiet`)).toContain(
      'guest.vcpus: found 2; machines that share a processor have one each: 1',
    );
  });
});
