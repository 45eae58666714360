/** Do the references of a walk through three tables equal arithmetic? */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { newCounters } from '../../src/counters/counters.js';
import { PTE } from '../../src/memory/formats/index.js';
import { nested } from '../../src/paging/nested.js';
import { ThreeDimensional } from '../../src/paging/stacked/three-dimensional.js';
import { ACCESS, OUTCOME } from '../../src/paging/strategy.js';
import { hardware } from '../../src/run/hardware.js';
import { NO_PAGES, processor } from '../../src/run/processor.js';

const RW = PTE.present | PTE.writable | PTE.user;

/** References of the walk for a mapped page, when all tables have it. */
function references(leafLevel: number): number {
  const config = resolveConfig({ machine: 'amd-zen4', set: ['guest.memoryMib=4096'] }, () => '');
  const { platform } = hardware(config, nested, processor(config, true, false, NO_PAGES), newCounters());
  const paging = new ThreeDimensional(platform, { guest: null, l0: platform.policy, l1: platform.policy });
  const table = (level: number): number => 5 - level;
  for (let level = 4; level > leafLevel; level--) paging.writeEntry(table(level), 0, (table(level - 1) << 12) | RW, 0);
  const leaf = leafLevel === 1 ? RW : RW | PTE.large;
  paging.writeEntry(table(leafLevel), 0, ((2 ** (9 * (leafLevel - 1))) << 12) | leaf, 0);
  paging.cr3Write(table(4));
  for (let walk = 0; walk < 2; walk++) expect(paging.translate(0, ACCESS.read)).toBe(OUTCOME.translated);
  return paging.refs;
}

test('4 levels each: (4 + 1)^3 - 1 = 124 references', () => {
  expect(references(1)).toBe(124);
});

test('a large page of L2 saves a level of the first table: each level is (4 + 1)^2 references', () => {
  expect([references(2), references(3)]).toEqual([124 - 25, 124 - 50]);
});
