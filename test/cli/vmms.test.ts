/** Named VMMs and the controls of a configuration, on the command line. */
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from './in-process.js';
import { rowsOf } from './rows.js';
import { temporaryFolder } from './vmmu.js';
import type { ResultRow } from '../../src/report/result-row.js';

const folder = temporaryFolder();
beforeAll(() =>
  printedHere('trace gen uniform busy.arrows --refs 2000 --pages 64 --base 0x40000000 --every systemCall=100', folder),
);

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
    ['--strategy shadow --set vmm.pfecFilter=true', 'AMD APM vol. 2, 15.12'],
    ['--strategy shadow --set vmm.pfecFilter=true --machine intel-sapphirerapids', 'no reserved address bits'],
    ['--strategy shadow --set vmm.cr3Targets=1', 'AMD-V has no CR3-target values'],
    ['--strategy shadow --set vmm.dirtyBits=hardware --machine intel-merom', 'no nested tables'],
    ['--strategy nested --machine intel-skylake --set vmm.controls.tag=0', 'Intel SDM vol. 3C, 27.2.1.1'],
  ])('%s', async (args, manual) => {
    expect(await complaintOf(`run busy.arrows --quiet ${args}`, folder)).toContain(manual);
  });
});

describe('a Windows guest moves the task priority twice for each of its 20 system calls and 64 page faults', () => {
  const MOVES = 2 * (20 + 64);
  const windows = async (args: string): Promise<Record<string, number>> =>
    exitsOf((await rows(`--set guest.os=windows ${args}`))[0]!);
  const skylake = '--machine intel-skylake --strategy nested';

  test('in 64-bit modes by CR8, which exits without a TPR shadow', async () => {
    expect(await windows(skylake)).not.toHaveProperty('cr8Write');
    expect(await windows(`${skylake} --set vmm.controls.tprShadow=false`)).toMatchObject({ cr8Write: MOVES });
  });

  test('with PAE by the page of the APIC, which on the first VT-x processors faults on the shadow tables each time', async () => {
    const windowsXp = (args: string) => windows(`--set guest.mode=pae ${args}`);
    const xen = (machine: string) => windowsXp(`--strategy xen-hvm-shadow --machine ${machine}`);
    expect(await xen('intel-merom')).toMatchObject({ mmioFault: MOVES });
    expect(await xen('intel-skylake')).not.toHaveProperty('mmioFault');
    expect(await windowsXp(`${skylake} --set vmm.controls.apicAccessPage=false`)).toMatchObject({ mmio: MOVES });
  });
});
