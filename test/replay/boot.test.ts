/**
 * The recorded boot of a real kernel under the three strategies. What its trace holds is counted in traces/manifest.json;
 * that 4,270 of its runs are not mapped by its own recorded tables was found with an interpreter of the raw records in
 * another language, which walks the recorded entries from the recorded CR3.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { amdBarcelona } from '../../src/config/machines/amd-barcelona.js';
import type { StrategyName } from '../../src/paging/index.js';
import type { CellResult } from '../../src/run/cell-result.js';
import { runCell } from '../../src/run/cell.js';
import { openTrace } from '../../src/trace/file-reader.js';
import { loadShared } from '../../src/trace/shared.js';
import { configOf } from '../support/machine.js';

const RECORDED = { cr3Writes: 18_280, invlpgs: 858, tableWrites: 88_197, pageFaults: 4_154, unmapped: 4_270 };

describe('the kernel boot', () => {
  const results = {} as Record<StrategyName, CellResult>;

  beforeAll(async () => {
    const trace = (await loadShared(await openTrace('traces/boot.arrows.br'), 2 ** 30))!;
    const config = configOf({ machine: amdBarcelona });
    for (const strategy of ['native', 'shadow', 'nested'] as const)
      results[strategy] = runCell(
        { strategy, characteristics: trace.header.characteristics, config },
        trace.pages,
        trace.batches,
      );
  });

  test('exits for each of its CR3 writes and INVLPGs under shadow paging, for none under nested paging', () => {
    const { shadow, nested } = results;
    expect(shadow.exits).toMatchObject({ cr3Write: RECORDED.cr3Writes, invlpg: RECORDED.invlpgs });
    expect(nested.exits).toMatchObject({
      cr3Write: 0,
      invlpg: 0,
      guestFault: 0,
      hiddenFault: 0,
      tableWrite: 0,
      adUpdate: 0,
    });
    expect(nested.counters.mmuVmExits).toBe(nested.exits.nestedFault);
  });

  test('takes the recorded page faults under every strategy, within 5%; under shadow paging each is an exit', () => {
    for (const { counters } of Object.values(results)) {
      expect(Math.abs(counters.guestFaults / RECORDED.pageFaults - 1)).toBeLessThan(0.05);
      expect(counters).toMatchObject({
        cr3Writes: RECORDED.cr3Writes,
        invlpgs: RECORDED.invlpgs,
        tableWrites: RECORDED.tableWrites,
      });
    }
    expect(results.shadow.exits.guestFault).toBe(results.shadow.counters.guestFaults);
  });

  test('goes where the recorded physical addresses say, but for the runs that its recorded tables do not map', () => {
    for (const { counters } of Object.values(results)) {
      expect(counters.physicalMismatches).toBe(0);
      expect(counters.untranslatedRuns).toBe(RECORDED.unmapped);
    }
  });

  test('exits alike for what has nothing to do with memory', () => {
    for (const cause of ['cpuid', 'io', 'hlt', 'rdmsr', 'wrmsr', 'interrupt'] as const)
      expect(results.shadow.exits[cause]).toBe(results.nested.exits[cause]);
  });
});
