import { expect, test } from 'vitest';
import { printedHere } from './in-process.js';
import { rowsOf } from './rows.js';
import { temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const PERIODS = { cpuid: 100, io: 125, hlt: 200, rdmsr: 250, wrmsr: 500, interrupt: 1000 };
const REFS = 10_000;

test('exits that have nothing to do with memory are the same under shadow and nested paging, and absent natively', async () => {
  const every = Object.entries(PERIODS).map(([event, period]) => `${event}=${period}`);
  await printedHere(`trace gen uniform busy.arrows --refs ${REFS} --pages 256 --every ${every.join(',')}`, folder);
  const [native, shadow, nested] = await rowsOf(folder, 'busy.arrows');
  expect(native!.vmmInvocations).toEqual([]);
  for (const { vmmInvocations, counters } of [shadow!, nested!]) {
    const counts = Object.fromEntries(vmmInvocations.map(({ cause, count }) => [cause, count]));
    for (const [event, period] of Object.entries(PERIODS))
      expect([event, counts[event]]).toEqual([event, REFS / period]);
    const others = Object.values(PERIODS).reduce((sum, period) => sum + REFS / period, 0);
    expect(counters.vmExits - counters.mmuVmExits).toBe(others);
  }
});
