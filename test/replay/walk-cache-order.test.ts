/** The rest of this, on recorded traces and larger ones, is scripts/walk-cache-order.mjs. */
import { expect, test } from 'vitest';
import { machineSchema } from '../../src/config/machine-schema.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { WALK_CACHES, withWalkCaches } from '../../src/config/walk-caches.js';
import { runCell } from '../../src/run/cell.js';
import { generateTrace } from '../../src/trace/generate.js';
import { configOf } from '../support/machine.js';

test.each([1, 2])(
  'no cache, 1D, 2D, 2D with a nested TLB: neither mean nor peak references of a walk grow (zipf, seed %i)',
  (seed) => {
    for (const name of ['amd-barcelona', 'intel-haswell'] as const) {
      const counted = WALK_CACHES.map((caches) => {
        const trace = generateTrace('zipf', { refs: 20_000, pages: 2 ** 14, seed });
        const machine = withWalkCaches(machineSchema.parse(MACHINES[name]), caches);
        const config = configOf({ machine, seed, guest: { frames: 'scattered' }, host: { frames: 'scattered' } });
        const spec = { strategy: 'nested' as const, characteristics: trace.header.characteristics, config };
        return runCell(spec, trace.pages, trace.batches()).counters;
      });
      const means = counted.map(({ walkRefs, walks }) => walkRefs / walks);
      const peaks = counted.map(({ peakWalkRefs }) => peakWalkRefs);
      expect([means[0], peaks[0]]).toEqual([24, 24]);
      expect(means).toEqual(means.toSorted((a, b) => b - a));
      expect(peaks).toEqual(peaks.toSorted((a, b) => b - a));
    }
  },
);
