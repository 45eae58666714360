/** Does what serves each of the 24 references of a walk add up to what the replay counted? */
import { expect, test } from 'vitest';
import { WALK_CACHES } from '../../src/config/walk-caches.js';
import { replayed } from '../../src/experiments/checks/replay.js';
import { record } from '../../src/experiments/checks/workloads.js';
import { configured } from '../../src/experiments/walk-caches/measure.js';
import { PLACES, SERVERS, WalkPlaces } from '../../src/experiments/walk-caches/places.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const trace = record({ name: 'GUPS', generator: 'gups', parameters: { pages: 2 ** 11 } }, 20_000, 1);

test.each(WALK_CACHES)('with walk caches %s, although walks that fault lie between', (caches) => {
  const places = new WalkPlaces();
  const { counters, levels } = replayed(trace, 'nested', configured(caches, 1), places);
  expect(counters.faultedWalks).toBeGreaterThan(0);
  expect(PLACES).toHaveLength(24);
  for (const counts of places.counts) expect(sum(counts)).toBe(counters.walks);
  const bySaver = [counters.walkCacheSkippedRefs, counters.nestedTlbSkippedRefs];
  const byCache = [0, 1, 2, 3].map((cache) => sum(levels.map(({ served }) => served[cache]!)));
  expect(SERVERS.map((_, server) => sum(places.counts.map((counts) => counts[server]!)))).toEqual([
    ...bySaver,
    ...byCache,
  ]);
});
