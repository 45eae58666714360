import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COSTS } from '../../src/config/costs/index.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { runSchema } from '../../src/config/schema.js';
import { Diverged } from '../../src/mmu/many/diverged.js';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { inOnePass, togetherness } from '../../src/run/together.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { loadShared, replayShared, type SharedTrace } from '../../src/trace/shared.js';
import { LONG } from '../long.js';

const ALL = ['git-faults', 'sh-churn', 'boot', 'churn', 'redis'];
const SMALL = ['git-faults', 'sh-churn'];

/** First levels of several shapes and second levels of one or two, with the walk caches of Nehalem and without: 16 cells, or 4 of a long trace. */
function specsOf(strategy: CellSpec['strategy'], { header }: SharedTrace, short: boolean): CellSpec[] {
  const machine = MACHINES['intel-nehalem'];
  const array = (sets: number, ways: number) => ({
    '4k': { entries: sets * ways, ways },
    '2m': { entries: 32, ways: 4 },
  });
  return (short ? [4, 16] : [8, 16]).flatMap((sets) =>
    (short ? [1, 4] : [4]).flatMap((ways) =>
      (short ? [64, 128] : [128]).flatMap((second) =>
        [null, machine.walkCache].map((walkCache) => {
          const l2 = { unified: { '4k': { entries: second * 4, ways: 4 } } };
          const tlb = { ...machine.tlb, l1d: array(sets, ways), l2 };
          const own = {
            ...machine,
            tlb,
            walkCache,
            ...(walkCache === null ? { nestedTlb: null, pteCacheShare: 0 } : {}),
          };
          const config = runSchema.parse({ machine: own, costs: COSTS['nehalem-2009'] });
          return { strategy, characteristics: header.characteristics, config };
        }),
      ),
    ),
  );
}

describe.each(LONG ? ALL : SMALL)('%s: each cell in one pass counts what it counts alone', (name) => {
  let trace: SharedTrace;
  beforeAll(async () => {
    trace = (await loadShared(await openAnyTrace(join('traces', `${name}.arrows.br`)), 2 ** 32))!;
  });

  test.each(['native', 'shadow', 'nested'] as const)('under %s', async (strategy) => {
    const specs = specsOf(strategy, trace, SMALL.includes(name));
    expect(togetherness(specs)).toHaveLength(1);
    const results = await inOnePass(specs, () => Promise.resolve(replayShared(trace))).catch((error: unknown) => error);
    // A recorded kernel leaves translations behind that it has changed: what a TLB holds then depends on its shape.
    if (results instanceof Diverged) return expect(trace.header.characteristics.source).toBe('full-system');
    if (!Array.isArray(results)) throw results;
    for (const [at, spec] of specs.entries()) expect(results[at]).toEqual(runCell(spec, trace.pages, trace.batches));
  });
});
