/** `vmmu verify kvm`: VM exits of the model against those that KVM counted, for shipped guests and for others. */
import { LONG } from '../long.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from './in-process.js';
import { temporaryFolder, vmmu } from './vmmu.js';

const folder = temporaryFolder();
const shipped = (name: string): string => new URL(`../../traces/${name}`, import.meta.url).pathname;
const churn = JSON.parse(readFileSync(shipped('measured/churn.kvm.json'), 'utf8')) as Record<string, object>;

describe('shipped guests', () => {
  let text = '';
  beforeAll(async () => void (text = await printedHere('verify kvm')));
  const row = (guest: string, phase: string, counter: string): string[] =>
    text
      .slice(text.indexOf(`${guest}: KVM's`))
      .split('\n')
      .find((line) => line.startsWith(phase) && line.includes(counter))!
      .split(/ {2,}/);

  test.each(['boot', 'churn'])('%s: every counter of the whole run within its band', (guest) => {
    for (const counter of ['CR3', 'INVLPG', 'pf_guest', 'unsync', 'pf_taken', 'pf_fixed', 'pf_emulate', 'tlb_flush'])
      expect(row(guest, 'whole run', counter).at(-1)).toBe('passed');
  });

  test('churn: the workload alone, between its markers', () => {
    for (const counter of ['pf_guest', 'pf_taken', 'pf_fixed'])
      expect(row('churn', 'workload', counter).at(-1)).toBe('passed');
  });

  test('nested paging has none of these exits, measured or modelled', () => {
    for (const counter of ['CR3', 'INVLPG', '#PF'])
      expect(row('boot', 'nested', counter).slice(2, 4)).toEqual(['0', '0']);
  });

  test('ends with the count of checks: 11 of boot, 14 of churn', () => {
    expect(text).toMatch(/\n25 passed, 0 failed\n$/);
  });

  test('prints what no band is set for: page faults by error code, nested faults with the reason', () => {
    expect(text).toMatch(/^0x7 +3400 \/ 3406 +\d+$/m);
    expect(text).toMatch(/^Nested page faults without MMIO: measured 603, .*how the host backed the guest\.$/m);
  });
});

describe('another guest', () => {
  if (LONG)
    test('whose counts are others fails, and the exit status says so', async () => {
      const { shadow } = churn as { shadow: object };
      const other = { npt: churn['npt'], shadow: { ...shadow, pf_fixed: 20_000 } };
      writeFileSync(join(folder, 'other.json'), JSON.stringify(other));
      const { status, stdout } = await vmmu(folder, ['verify', 'kvm', '--trace', 'churn', '--measured', 'other.json']);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^whole run +pf_fixed +20000 +\d+ +1\.\d+ +12% +FAILED$/m);
      expect(stdout).toMatch(/\n10 passed, 1 failed\n$/);
    });

  test('with a wrong statistics file: where, what, what is allowed', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...churn, npt: { by_svm_exit_code: { '0x13': -1 } } }));
    expect(await complaintOf('verify kvm --trace churn --measured wrong.json', folder)).toMatch(
      /wrong\.json:1:\d+: npt\.by_svm_exit_code\.0x13: found -1; /,
    );
  });

  test.each([
    ['verify kvm --trace churn', '--trace and --measured go together'],
    ['verify vectors --trace a --measured b', '--trace and --measured go with the suites kvm and xen'],
    ['verify kvm some.json', 'found some.json; kvm takes its files with --trace and --measured'],
    ['verify kvm --trace nothing.arrows --measured x.json', 'no such file'],
  ])('%s', async (args, complaint) => {
    expect(await complaintOf(args)).toContain(complaint);
  });

  test('a trace of a user program is no guest', async () => {
    expect(await complaintOf(`verify kvm --trace xz --measured ${shipped('measured/churn.kvm.json')}`)).toContain(
      "xz: found a trace of a user program; expected one of a full system, with the guest's table writes",
    );
  });
});
