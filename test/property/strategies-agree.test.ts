import fc from 'fast-check';
import { test } from 'vitest';
import { xenHvmShadow } from '../../src/config/vmms/xen-hvm-shadow.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import { expectConsistent } from '../../src/run/audit.js';
import { guestView } from '../../src/run/guest-view.js';
import { configOf, TINY_VTX } from '../support/machine.js';
import { PAGES, step } from '../support/history.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';
import { expectSameEntries } from '../support/views.js';
import { LONG } from '../long.js';

const machine = fc.record({
  vmm: fc
    .tuple(
      fc.constantFrom({}, xenHvmShadow.vmm),
      fc.record({
        pairWrites: fc.boolean(),
        keepsPcids: fc.boolean(),
        pfecFilter: fc.boolean(),
        cr3Targets: fc.constantFrom(0, 2, 4),
        dirtyBits: fc.constantFrom('exit' as const, 'hardware' as const),
        intervalRefs: fc.constantFrom(10, 50, 1_000_000),
        selective: fc.record({
          begin: fc.constantFrom('shadow' as const, 'nested' as const),
          exitRefs: fc.constantFrom(1, 500),
          exitsPerFault: fc.constantFrom(0, 3),
          exitsPerMove: fc.constantFrom(0, 100),
        }),
        agile: fc.record({
          writesToNest: fc.constantFrom(1, 2),
          hardwareDirty: fc.boolean(),
          cachedCr3s: fc.constantFrom(0, 2),
          nestedAtFirst: fc.constantFrom(0, 1),
        }),
      }),
    )
    .map(([policy, rest]) => ({ ...policy, ...rest })),
  mode: fc.constantFrom('4level' as const, '4level' as const, 'pae' as const),
  guestPages: fc.constantFrom('4k' as const, '2m' as const, 'thp' as const),
  hostPages: fc.constantFrom('4k' as const, '2m' as const),
  frames: fc.constantFrom('sequential' as const, 'scattered' as const),
  presetAccessedDirty: fc.boolean(),
  reservedPages: fc.constantFrom(1 as const, 8 as const),
  pcid: fc.boolean(),
  pageTableIsolation: fc.boolean(),
});

test('after every event native, shadow, nested and paravirtual paging translate every touched page alike, accessed and dirty bits included', () => {
  fc.assert(
    fc.property(machine, fc.array(step, { minLength: 500, maxLength: 500 }), (options, steps) => {
      const config = configOf({
        machine: TINY_VTX,
        guest: {
          mode: options.mode,
          pages: options.guestPages,
          frames: options.frames,
          presetAccessedDirty: options.presetAccessedDirty,
          reservedPages: options.reservedPages,
          pcid: options.pcid && options.mode === '4level',
          pageTableIsolation: options.pageTableIsolation && options.mode === '4level',
          memoryMib: 256,
        },
        vmm: options.vmm,
        host: { pages: options.hostPages, frames: options.frames },
      });
      const trace = new TraceBuilder();
      for (const at of PAGES) trace.id(at);
      const able = STRATEGY_NAMES.filter((name) => STRATEGIES[name].excluded(config) === null);
      const cells = able.map((strategy) => new Cell({ strategy, characteristics: USER, config }, trace.pages));
      const now = { space: 0 };
      for (const make of steps) {
        make(trace, now);
        const batch = trace.batch();
        for (const cell of cells) cell.replay(batch);
        for (const vpn of PAGES) {
          const views = cells.map((cell) => guestView(cell, vpn));
          const [first] = views;
          for (const view of views) expectSameEntries(view, first!);
          for (const [at, cell] of cells.entries()) expectConsistent(cell, vpn, views[at]);
        }
      }
    }),
    { numRuns: LONG ? 250 : 14 },
  );
});
