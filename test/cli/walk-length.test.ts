import { beforeAll, expect, test } from 'vitest';
import { printedHere } from './in-process.js';
import { rowsOf } from './rows.js';
import { temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform uniform.arrows --refs 20k --pages 8192', folder));

/** Bhargava et al. (ASPLOS 2008): n levels below m levels take (n + 1)(m + 1) - 1 references; a 2 MiB page is a level less. */
test.each([
  ['4k', '4k', 24],
  ['2m', '4k', 19],
  ['4k', '2m', 19],
  ['2m', '2m', 15],
])('guest pages %s on host pages %s: a nested walk makes %d references', async (guest, host, references) => {
  const [native, nested] = await rowsOf(
    folder,
    `uniform.arrows --strategy native,nested --guest-pages ${guest} --host-pages ${host} --walk-caches none`,
  );
  expect(nested!.counters.walks).toBeGreaterThan(0);
  expect(nested!.counters.walkRefs).toBe(references * nested!.counters.walks);
  expect(native!.counters.walkRefs).toBe((guest === '4k' ? 4 : 3) * native!.counters.walks);
});
