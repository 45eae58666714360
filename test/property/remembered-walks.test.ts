import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import { guestView } from '../../src/run/guest-view.js';
import { LONG } from '../long.js';
import { PAGES, step } from '../support/history.js';
import { configOf, TINY, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const options = fc.record({
  strategy: fc.constantFrom(...STRATEGY_NAMES),
  guestPages: fc.constantFrom('4k' as const, '2m' as const, 'thp' as const),
  hostPages: fc.constantFrom('4k' as const, '2m' as const, '1g' as const),
  frames: fc.constantFrom('sequential' as const, 'scattered' as const),
  accessedBits: fc.constantFrom('completed-walks' as const, 'every-entry' as const),
  pcid: fc.boolean(),
  machine: fc.constantFrom(TINY, TINY_VTX),
  replacement: fc.constantFrom('lru' as const, 'tree-plru' as const, 'random' as const),
  inclusion: fc.constantFrom('non-inclusive' as const, 'non-inclusive' as const, 'inclusive' as const),
  /** Rounds of references to all pages between two steps, so that there is something to remember. */
  rounds: fc.integer({ min: 0, max: 2 }),
});

test('walks that begin where others have been end, count and mark as whole walks do', () => {
  fc.assert(
    fc.property(options, fc.array(step, { minLength: 200, maxLength: 200 }), (given, steps) => {
      const { strategy, guestPages, hostPages, frames, accessedBits, pcid, rounds, machine } = given;
      const { replacement, inclusion } = given;
      const tlb = {
        ...machine.tlb,
        l1d: { shared: { entries: 8, ways: 4, replacement } },
        l2: { unified: { shared: { entries: 16, ways: 4, replacement } } },
        inclusion,
      };
      const config = configOf({
        machine: { ...machine, tlb, paging: { ...machine.paging, accessedBits } },
        guest: { pages: guestPages, frames, pcid, memoryMib: 256 },
        host: { pages: hostPages, frames },
      });
      fc.pre(STRATEGIES[strategy].excluded(config) === null);
      const trace = new TraceBuilder();
      for (const vpn of PAGES) trace.id(vpn);
      const cell = (): Cell => new Cell({ strategy, characteristics: USER, config }, trace.pages);
      const [remembering, whole] = [cell(), cell()];
      whole.platform.walker.remember(false);
      const now = { space: 0 };
      for (const [at, make] of steps.entries()) {
        make(trace, now);
        for (let round = 0; round < rounds; round++) for (const vpn of PAGES) trace.ref('read', vpn);
        const batch = trace.batch();
        for (const one of [remembering, whole]) one.replay(batch);
        // What has been counted stays counted, so a difference is still there some steps later.
        if (at % 10 === 9) expect(remembering.result()).toEqual(whole.result());
      }
      for (const vpn of PAGES) expect(guestView(remembering, vpn)).toEqual(guestView(whole, vpn));
    }),
    { numRuns: LONG ? 500 : 25 },
  );
});
