/**
 * Counts of yardstick.c, a plain C simulation of two LRU TLB levels, on the streams it generates. The table for 20,000,000 references is
 * printed in its README; the program prints the same, and the other for 500,000.
 */
import { expect, test } from 'vitest';
import { COSTS } from '../../src/config/costs/index.js';
import { machineSchema } from '../../src/config/machine-schema.js';
import { yardstick } from '../../src/config/machines/yardstick.js';
import { runSchema } from '../../src/config/schema.js';
import { runCell } from '../../src/run/cell.js';
import { generateTrace } from '../../src/trace/generate.js';
import { LONG } from '../long.js';

const REFS = LONG ? 20_000_000 : 500_000;

test.each([
  ['sequential', 64, 4, 1536, 12, LONG ? [19_960_937, 0, 39_063] : [499_023, 0, 977]],
  ['zipf', 64, 4, 1536, 12, LONG ? [3_805_212, 4_889_160, 11_305_628] : [94_968, 121_814, 283_218]],
  ['uniform', 64, 4, 1536, 12, LONG ? [1_257, 28_340, 19_970_403] : [24, 689, 499_287]],
  ['zipf', 32, 32, 1024, 4, LONG ? [2_820_327, 5_215_363, 11_964_310] : [70_522, 129_910, 299_568]],
] as const)(
  '%s through L1 %i/%i and L2 %i/%i hits and misses as often as the C program',
  (name, l1, l1Ways, l2, l2Ways, counts) => {
    const tlb = {
      ...yardstick.tlb,
      l1d: { '4k': { entries: l1, ways: l1Ways }, '2m': null },
      l2: { unified: { '4k': { entries: l2, ways: l2Ways }, '2m': null } },
    };
    const config = runSchema.parse({ machine: machineSchema.parse({ ...yardstick, tlb }), costs: COSTS['epyc-2020'] });
    const trace = generateTrace(name, { refs: REFS });
    const spec = { strategy: 'native', characteristics: trace.header.characteristics, config } as const;
    const { l1TlbHits, l2TlbHits, tlbMisses } = runCell(spec, trace.pages, trace.batches()).counters;
    expect([l1TlbHits, l2TlbHits, tlbMisses]).toEqual(counts);
  },
);
