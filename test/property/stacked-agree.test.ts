import fc from 'fast-check';
import { test } from 'vitest';
import type { StackedName } from '../../src/paging/names.js';
import { STACKED } from '../../src/paging/stacked/index.js';
import { expectConsistent } from '../../src/run/audit.js';
import { Cell } from '../../src/run/cell.js';
import { guestView } from '../../src/run/guest-view.js';
import { USER, TraceBuilder } from '../support/trace-builder.js';
import { PAGES, step } from '../support/history.js';
import { configOf, TINY, TINY_VTX } from '../support/machine.js';
import { expectSameEntries } from '../support/views.js';
import { LONG } from '../long.js';

const NAMES = Object.keys(STACKED) as StackedName[];

const machine = fc.record({
  vendor: fc.constantFrom('amd' as const, 'intel' as const),
  vmm: fc.record({ unsync: fc.boolean(), prefetch: fc.constantFrom(1 as const, 8 as const) }),
  guestPages: fc.constantFrom('4k' as const, '2m' as const, 'thp' as const),
  hostPages: fc.constantFrom('4k' as const, '2m' as const),
  frames: fc.constantFrom('sequential' as const, 'scattered' as const),
});

test('after every event the guest of a guest translates every touched page as a guest of one level does, accessed and dirty bits included', () => {
  fc.assert(
    fc.property(machine, fc.array(step, { minLength: 300, maxLength: 300 }), (options, steps) => {
      const config = configOf({
        machine: options.vendor === 'intel' ? TINY_VTX : TINY,
        guest: { pages: options.guestPages, frames: options.frames, memoryMib: 256 },
        vmm: options.vmm,
        host: { pages: options.hostPages, frames: options.frames },
      });
      const trace = new TraceBuilder();
      for (const at of PAGES) trace.id(at);
      const cells = (['nested', ...NAMES] as const).map(
        (strategy) => new Cell({ strategy, characteristics: USER, config }, trace.pages),
      );
      const now = { space: 0 };
      for (const make of steps) {
        make(trace, now);
        const batch = trace.batch();
        for (const cell of cells) cell.replay(batch);
        for (const vpn of PAGES) {
          const views = cells.map((cell) => guestView(cell, vpn));
          for (const view of views) expectSameEntries(view, views[0]!);
          for (const [at, cell] of cells.entries()) expectConsistent(cell, vpn, views[at]);
        }
      }
    }),
    { numRuns: LONG ? 250 : 15 },
  );
});
