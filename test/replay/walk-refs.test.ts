/** References per walk of whole replays: 24, 19, 15 and 4 come out of the tables, (g + 1)(h + 1) - 1 only says what to expect. */
import { expect, test } from 'vitest';
import { runCell } from '../../src/run/cell.js';
import type { StrategyName } from '../../src/paging/index.js';
import { generateTrace } from '../../src/trace/generate.js';
import { configOf, TINY } from '../support/machine.js';

type Pages = '4k' | '2m';

test.each<[StrategyName, Pages, Pages, number]>([
  ['native', '4k', '4k', 4],
  ['native', '2m', '4k', 3],
  ['nested', '4k', '4k', 24],
  ['nested', '2m', '4k', 19],
  ['nested', '4k', '2m', 19],
  ['nested', '2m', '2m', 15],
  ['shadow', '4k', '4k', 4],
  ['shadow', '2m', '4k', 4],
  ['shadow', '4k', '2m', 4],
  ['shadow', '2m', '2m', 3],
])('%s with guest pages of %s on host pages of %s makes %i references a walk', (strategy, guest, host, refsPerWalk) => {
  const trace = generateTrace('uniform', { refs: 100_000, pages: 2 ** 14 });
  const config = configOf({ guest: { pages: guest }, host: { pages: host } });
  const { counters } = runCell(
    { strategy, characteristics: trace.header.characteristics, config },
    trace.pages,
    trace.batches(),
  );
  expect(counters.walks).toBeGreaterThan(1000);
  expect(counters.walkRefs).toBe(refsPerWalk * counters.walks);
});

test('an effective TLB entry is as large as the smaller of guest and host page', () => {
  const missesWith = (guest: Pages, host: Pages): number => {
    const trace = generateTrace('uniform', { refs: 20_000, pages: 2 ** 12 });
    const config = configOf({ guest: { pages: guest }, host: { pages: host } });
    return runCell(
      { strategy: 'nested', characteristics: trace.header.characteristics, config },
      trace.pages,
      trace.batches(),
    ).counters.tlbMisses;
  };
  expect(missesWith('2m', '4k')).toBe(missesWith('4k', '4k'));
  expect(missesWith('4k', '2m')).toBe(missesWith('4k', '4k'));
  // Eight 2 MiB pages fit the eight entries: one miss each.
  expect(missesWith('2m', '2m')).toBe(8);
});

test('without tags every exit empties the TLB; with them it keeps its entries', () => {
  const missesWith = (taggedTlb: boolean): number => {
    const trace = generateTrace('sequential', { refs: 500, pages: 1, every: { cpuid: 50 } });
    const config = configOf({ machine: { ...TINY, taggedTlb } });
    const spec = { strategy: 'nested' as const, characteristics: trace.header.characteristics, config };
    return runCell(spec, trace.pages, trace.batches()).counters.tlbMisses;
  };
  expect(missesWith(true)).toBe(1);
  expect(missesWith(false)).toBe(10); // ten runs, nine exits between them
});
