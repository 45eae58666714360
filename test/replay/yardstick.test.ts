/**
 * Counts of yardstick.c, a plain C simulation of two LRU TLB levels, on the streams it generates, 20,000,000 references each.
 * The table is printed in its README; the program prints the same.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { LONG } from '../long.js';

const execute = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('./replay-counts.mjs', import.meta.url));

const ROWS = [
  ['sequential', 64, 4, 1536, 12, [19_960_937, 0, 39_063]],
  ['zipf', 64, 4, 1536, 12, [3_805_212, 4_889_160, 11_305_628]],
  ['uniform', 64, 4, 1536, 12, [1_257, 28_340, 19_970_403]],
  ['zipf', 32, 32, 1024, 4, [2_820_327, 5_215_363, 11_964_310]],
] as const;

test.concurrent.each(LONG ? ROWS : ROWS.slice(0, 2))(
  '%s through L1 %i/%i and L2 %i/%i hits and misses as often as the C program',
  async (name, l1, l1Ways, l2, l2Ways, counts) => {
    const tlb = {
      l1d: { '4k': { entries: l1, ways: l1Ways }, '2m': null },
      l2: { unified: { '4k': { entries: l2, ways: l2Ways }, '2m': null } },
    };
    const { stdout } = await execute(process.execPath, [PROGRAM, name, '20000000', JSON.stringify(tlb)]);
    expect(JSON.parse(stdout)).toEqual(counts);
  },
);
