/** Named VMMs and the controls of a configuration, on the command line. */
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from './in-process.js';
import { rowsOf } from './rows.js';
import { temporaryFolder } from './vmmu.js';
import type { ResultRow } from '../../src/report/result-row.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform busy.arrows --refs 2000 --pages 64 --every systemCall=100', folder));

const rows = (args: string): Promise<ResultRow[]> => rowsOf(folder, `busy.arrows ${args}`);

const exitsOf = ({ vmmInvocations }: ResultRow): Record<string, number> =>
  Object.fromEntries(vmmInvocations.map(({ cause, count }) => [cause, count]));

describe('a named VMM stands where a strategy stands', () => {
  test('kvm-shadow counts as shadow does; kvm-ept on a processor with NPT says why it has no numbers', async () => {
    const [named, plain, ept] = await rows('--strategy kvm-shadow,shadow,kvm-ept');
    expect([named!.strategy, plain!.strategy]).toEqual(['kvm-shadow', 'shadow']);
    expect(named!.counters).toEqual(plain!.counters);
    expect(ept!.exactness).toBe('excluded: kvm-ept needs EPT; amd-zen4 has NPT');
  });

  test('an unknown one is refused with the nearest', async () => {
    expect(await complaintOf('run busy.arrows --strategy kvm-shado', folder)).toContain(
      "unknown strategy 'kvm-shado' (nearest: kvm-shadow)",
    );
  });
});

describe('controls that cannot be are refused, with the manual', () => {
  test.each([
    ['--strategy shadow --set vmm.controls.cr3Load=false', 'Virtual TLB'],
    ['--strategy nested --set vmm.controls.invlpg=true', 'NP_ENABLE'],
    ['--strategy nested --machine intel-skylake --set vmm.controls.cr3Load=true', 'Intel SDM vol. 3C, 29.3'],
    ['--strategy nested --set vmm.controls.tag=0', 'AMD APM vol. 2, 15.5.1'],
    ['--strategy nested --machine intel-skylake --set vmm.controls.tag=0', 'Intel SDM vol. 3C, 27.2.1.1'],
  ])('%s', async (args, manual) => {
    expect(await complaintOf(`run busy.arrows --quiet ${args}`, folder)).toContain(manual);
  });
});

describe('a Windows guest moves the task priority twice for each of its 20 system calls and 64 page faults', () => {
  const MOVES = 2 * (20 + 64);
  const windows = async (args: string): Promise<Record<string, number>> =>
    exitsOf((await rows(`--machine intel-skylake --strategy nested --set guest.os=windows ${args}`))[0]!);

  test('in 64-bit modes by CR8, which exits without a TPR shadow', async () => {
    expect(await windows('--seed 1')).not.toHaveProperty('cr8Write');
    expect(await windows('--set vmm.controls.tprShadow=false')).toMatchObject({ cr8Write: MOVES });
  });
});
