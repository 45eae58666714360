/** `vmmu verify nested`: KVM on KVM, event by event, and stacks of the user's own. */
import { expect, test } from 'vitest';
import { LONG } from '../long.js';
import { complaintOf } from './in-process.js';
import { printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();

// The rows themselves are a law of test/published/nested-exits.test.ts.
if (LONG)
  test('prints measured and modelled exits, the verdict and the exit codes of each event in each mode', async () => {
    const text = await printed(folder, 'verify nested');
    expect(text).toMatch(
      /^n11 +CPUID +8 +8 +equal +passed +0x72: 1, 0x7c: 1, 0x80: 1, 0x82: 2, 0x83: 1, 0x84: 1, 0x85: 1$/m,
    );
    expect(text).toMatch(/^n11 +VMLOAD = 2 x VMRUN +in all +in all +holds +passed$/m);
    expect(text).toMatch(/\n192 passed, 0 failed\n$/);
  });

test('a stack of features as JSON: exits of both levels and by code for each event', async () => {
  const text = await printed(folder, 'verify nested --l0 npt=0,vgif=1 --l1 npt=0 --format json');
  const { l0, l1, rows } = JSON.parse(text) as {
    l0: Record<string, boolean>;
    l1: Record<string, boolean>;
    rows: { event: string; l0Exits: number; l1Exits: number; byCode: Record<string, number> }[];
  };
  expect([l0['npt'], l0['vgif'], l1['npt']]).toEqual([false, true, false]);
  expect(rows.find(({ event }) => event === 'cpuid')).toEqual({
    event: 'cpuid',
    l0Exits: 6,
    l1Exits: 1,
    byCode: { '0x72': 1, '0x7c': 1, '0x80': 1, '0x82': 2, '0x83': 1 },
  });
  for (const { l0Exits, byCode } of rows)
    expect(Object.values(byCode).reduce((sum, count) => sum + count, 0)).toBeCloseTo(l0Exits);
});

test.each([
  ['verify nested --l0 nptt=1', "unknown feature of --l0 'nptt' (nearest: npt); allowed: npt, vgif"],
  ['verify nested --l1 npt=2', "--l1: found 'npt=2'; expected npt=0 or npt=1"],
  ['verify nested --l0 npt', "--l0: found 'npt'; expected npt=0 or npt=1"],
  ['verify nested --l0 npt=1,npt=0', '--l0: found npt twice'],
  ['verify nested --l0 avic=1', 'avic=1 is modelled with --l1 only'],
  ['verify kvm --l0 npt=1', '--l0 and --l1 go with the suite nested'],
  ['verify nested some.json', 'found some.json; nested takes no files'],
])('%s', async (args, complaint) => {
  expect(await complaintOf(args)).toContain(complaint);
});
