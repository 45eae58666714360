import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from '../cli/in-process.js';
import { expectRefusal, temporaryFolder } from '../cli/vmmu.js';

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
