import { describe, expect, test } from 'vitest';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/paging/index.js';
import { resultRow } from '../../src/report/result-row.js';
import { runCell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';
import { config } from './rows.js';

const PAGES = 64;

/** Every page of an area written, then read again; a CPUID between. */
function replay(strategy: (typeof STRATEGY_NAMES)[number]) {
  const trace = new TraceBuilder().event('mmap', 1024, PAGES, PROT.read | PROT.write, MAP_FLAG.anonymous);
  for (let page = 0; page < PAGES; page++) trace.ref('write', 1024 + page, 10);
  trace.event('cpuid');
  for (let page = 0; page < PAGES; page++) trace.ref('read', 1024 + page);
  const result = runCell({ strategy, characteristics: USER, config }, trace.pages, [trace.batch()]);
  const { virtualized } = STRATEGIES[strategy];
  return resultRow({ trace: 'twice', strategy, virtualized, exactness: 'exact', lines: false, config }, result);
}

describe.each(STRATEGY_NAMES)('a row of a replay under %s', (strategy) => {
  const { counters, cycles, pageWalks, vmmInvocations } = replay(strategy);

  test('counts the references of the trace: 64 × (10 + 1)', () => {
    expect(counters.refs).toBe(704);
  });

  test('page walks add up to the references of all walks, and to their cycles', () => {
    expect(sum(pageWalks.map(({ refs }) => refs))).toBe(counters.walkRefs);
    expect(sum(pageWalks.map((walk) => walk.l1Refs + walk.l2Refs + walk.l3Refs + walk.memoryRefs))).toBe(
      counters.walkRefs,
    );
    expect(sum(pageWalks.map((walk) => walk.cycles))).toBe(cycles.walks);
    expect(sum(pageWalks.map(({ refsPerWalk }) => refsPerWalk))).toBeCloseTo(counters.walkRefs / counters.walks, 9);
  });

  test('VMM invocations add up to the exits, other entries into the VMM, and to their cycles', () => {
    expect(sum(vmmInvocations.map(({ count }) => count))).toBe(counters.vmExits + counters.vmmEntries);
    expect(sum(vmmInvocations.map((exit) => exit.cycles))).toBe(cycles.exitHardware + cycles.exitSoftware);
  });

  test('the total is the sum of its parts', () => {
    const { total, perKiloRef, ...parts } = cycles;
    expect(sum(Object.values(parts))).toBe(total);
    expect(perKiloRef).toBe((1000 * total) / 704);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
