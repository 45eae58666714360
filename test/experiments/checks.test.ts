/** What the checks of published results have in common. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../src/experiments/checks/index.js';
import { EntryUses } from '../../src/experiments/checks/entry-uses.js';
import { afterWarmUp, configOf, recorded, replayed, stretchOf } from '../../src/experiments/checks/replay.js';
import { GUEST, NESTED } from '../../src/mmu/walk-observer.js';
import { generateEvents } from '../../src/trace/generate-events.js';

test('checks have different ids', () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a stretch begins behind the reference asked for, and all of a trace without a warm-up', () => {
  const config = configOf({ machine: 'amd-zen4' });
  const trace = recorded(generateEvents('boot-events', { refs: 20_000 }));
  const whole = stretchOf(replayed(trace, 'shadow', config), config);
  const { refs, walks, served } = whole;
  expect(afterWarmUp(trace, 0, 'shadow', config)).toMatchObject({ refs, walks, served });
  const rest = afterWarmUp(trace, 12_345, 'shadow', config);
  expect(whole.refs - rest.refs).toBeGreaterThanOrEqual(12_345);
  expect(whole.refs - rest.refs).toBeLessThan(12_400);
  expect(rest.exits).toBeLessThan(whole.exits);
});

test('entries are counted by use, and classed by what they lead to', () => {
  const uses = new EntryUses();
  const toFrame = (frame: number): number => frame * 4096 + 1;
  for (let walk = 0; walk < 8; walk++) uses.reference(NESTED, 1, 0x1000, toFrame(7), 0);
  uses.reference(GUEST, 1, 7 * 4096, toFrame(9), 0);
  uses.reference(NESTED, 1, 0x1008, toFrame(12), 0);
  expect(uses.unique).toBe(3);
  expect(uses.readsOfMostUsed(0.34)).toBe(0.8);
  expect(Object.fromEntries(uses.classes())).toEqual({ 'nL1 of guest tables': 1, 'gL1,G': 1, 'nL1,gPA': 1 });
});
