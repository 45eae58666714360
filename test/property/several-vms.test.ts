/** Two virtual machines that have one processor by turns translate as each does alone; so do the processors of one machine. */
import fc from 'fast-check';
import { test } from 'vitest';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/paging/index.js';
import { expectConsistent } from '../../src/run/audit.js';
import { Cell } from '../../src/run/cell.js';
import { guestView } from '../../src/run/guest-view.js';
import { SharedProcessor } from '../../src/run/shared-processor.js';
import { LONG } from '../long.js';
import { PAGES, step, type Step } from '../support/history.js';
import { configOf, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';
import { expectSameEntries } from '../support/views.js';

const strategy = fc.constantFrom(...STRATEGY_NAMES.filter((name) => STRATEGIES[name].keeps.length > 0));

const FOUR = { entries: 4, ways: 0 };

const machine = fc.record({
  taggedTlb: fc.constantFrom(true, true, false),
  flushByAsid: fc.boolean(),
  asids: fc.constantFrom(2, 3, 4, 100),
  vendor: fc.constantFrom('intel' as const, 'amd' as const, 'amd' as const),
  walkCache: fc.constantFrom(
    null,
    { organisation: 'uptc' as const, entries: 24, ways: 0, dimensions: '2d' as const, cycles: 1 },
    { organisation: 'stc' as const, pml4e: FOUR, pdpte: FOUR, pde: FOUR, dimensions: '2d' as const, cycles: 1 },
  ),
  nestedTlb: fc.constantFrom(null, { entries: 16, ways: 0, holds: 'all' as const, cycles: 1 }),
});

const options = fc.record({
  guestFlush: fc.constantFrom('new-asid' as const, 'all-asids' as const),
  frames: fc.constantFrom('sequential' as const, 'scattered' as const),
  hostPages: fc.constantFrom('4k' as const, '2m' as const),
});

/** Which of the two, what it does, and whether the timer ends its slice then. */
const turn = fc.tuple(fc.constantFrom(0, 1), step, fc.boolean());

test('after random histories, whatever the tags and however few ASIDs there are', () => {
  fc.assert(
    fc.property(
      strategy,
      machine,
      options,
      fc.array(turn, { minLength: 200, maxLength: 200 }),
      (name, tags, { guestFlush, frames, hostPages }, turns) => {
        const config = configOf({
          machine: { ...TINY_VTX, ...tags },
          guest: { memoryMib: 256, frames },
          host: { pages: hostPages, frames },
          vmm: { guestFlush },
        });
        const spec = { strategy: name, characteristics: USER, config };
        const guests = [0, 1].map(() => {
          const trace = new TraceBuilder();
          for (const at of PAGES) trace.id(at);
          return { trace, now: { space: 0 }, alone: new Cell(spec, trace.pages) };
        });
        const shared = new SharedProcessor(guests.map(({ trace }) => ({ spec, pages: trace.pages })));
        for (const [which, make, ends] of turns) {
          const { trace, now, alone } = guests[which]!;
          make(trace, now);
          const batch = trace.batch();
          alone.replay(batch);
          const mine = shared.machines[which]!;
          shared.replay(mine, batch);
          for (const vpn of PAGES) {
            const view = guestView(mine.cell, vpn);
            expectSameEntries(view, guestView(alone, vpn));
            expectConsistent(mine.cell, vpn, view);
          }
          if (ends) shared.endSlice();
        }
      },
    ),
    { numRuns: LONG ? 200 : 15 },
  );
});

const threadSwitch = fc.integer({ min: 0, max: 3 }).map(
  (thread): Step =>
    (trace) =>
      trace.event('threadSwitch', thread),
);

test('after random histories of threads on several virtual processors, each uses what the guest says', () => {
  const ways = [
    { strategy: 'native', vmm: {} },
    ...(['nested', 'shadow', 'write-protect'] as const).flatMap((strategy) => [
      { strategy, vmm: {} },
      { strategy, vmm: { vcpus: 'by-turns' as const } },
      { strategy, vmm: { vcpus: 'by-turns' as const, pvTlbFlush: true } },
    ]),
  ] as const;
  const steps = fc.array(fc.oneof({ weight: 1, arbitrary: threadSwitch }, { weight: 4, arbitrary: step }), {
    minLength: 200,
    maxLength: 200,
  });
  fc.assert(
    fc.property(machine, fc.constantFrom(2, 3), steps, (tags, vcpus, made) => {
      const trace = new TraceBuilder();
      for (const at of PAGES) trace.id(at);
      const cells = ways.map(({ strategy, vmm }) => {
        const config = configOf({ machine: { ...TINY_VTX, ...tags }, guest: { memoryMib: 256, vcpus }, vmm });
        return new Cell({ strategy, characteristics: USER, config }, trace.pages);
      });
      const now = { space: 0 };
      for (const make of made) {
        make(trace, now);
        const batch = trace.batch();
        for (const cell of cells) cell.replay(batch);
        for (const vpn of PAGES) {
          const [first, ...others] = cells.map((cell) => guestView(cell, vpn));
          for (const view of others) expectSameEntries(view, first!);
          for (const cell of cells) expectConsistent(cell, vpn, first);
        }
      }
    }),
    { numRuns: LONG ? 150 : 10 },
  );
});
