import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { history, HISTORY_CHARACTERISTICS } from '../../src/explain/history.js';
import { replayHistory, SIDES } from '../../src/explain/history-replay.js';
import { runCell } from '../../src/run/cell.js';
import { EXIT_CAUSES, EXITS } from '../../src/vmm/exits.js';

const config = resolveConfig({}, () => '');
const SEEDS = [1, 2, 3];

test.each(SEEDS)('seed %i: after the last event the counts are those of one replay of the same rows', (seed) => {
  const { pages, events } = history(seed);
  const steps = [...replayHistory({ pages, events }, config)];
  expect(steps).toHaveLength(200);
  for (const strategy of SIDES) {
    const batches = events.map(({ rows }) => rows);
    const whole = runCell({ strategy, characteristics: HISTORY_CHARACTERISTICS, config }, pages, batches);
    const { result, cost } = steps.at(-1)!.soFar[strategy];
    expect(result).toEqual(whole);
    expect(result.counters.untranslatedRuns).toBe(0);
    expect(cost.total).toBeGreaterThan(0);
  }
});

test.each(SEEDS)('seed %i: no count ever falls', (seed) => {
  const steps = [...replayHistory(history(seed), config)];
  for (const [at, { soFar }] of steps.slice(1).entries())
    for (const side of SIDES) {
      const [before, after] = [steps[at]!.soFar[side], soFar[side]];
      for (const cause of EXIT_CAUSES)
        expect(after.result.exits[cause]).toBeGreaterThanOrEqual(before.result.exits[cause]);
      expect(after.cost.total).toBeGreaterThanOrEqual(before.cost.total);
    }
});

test('exits that have nothing to do with memory are the same on both sides, at every event', () => {
  for (const { soFar } of replayHistory(history(1), config))
    for (const cause of EXIT_CAUSES)
      if (!EXITS[cause].memory) expect(soFar.shadow.result.exits[cause]).toBe(soFar.nested.result.exits[cause]);
});

test('a seed gives the same history each time, and another seed another one', () => {
  const textsOf = (seed: number): string[] => history(seed).events.map(({ text }) => text);
  expect(textsOf(1)).toEqual(textsOf(1));
  expect(textsOf(1)).not.toEqual(textsOf(2));
  expect(history(1, 30).events).toHaveLength(30);
});

test('everything that can happen does happen in the histories of a few seeds', () => {
  const all = SEEDS.flatMap((seed) => history(seed).events.map(({ text }) => text)).join('\n');
  for (const part of ['maps', 'first touch', 'reads', 'again', 'shared by fork', 'unmaps', 'read-only', 'writable'])
    expect(all).toContain(part);
  for (const part of ['forks', 'context switch', 'exited', 'INVLPG', 'I/O port']) expect(all).toContain(part);
});
