import fc from 'fast-check';
import { expect, test } from 'vitest';
import { xenHvmShadow } from '../../src/config/vmms/xen-hvm-shadow.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { expectConsistent } from '../../src/run/audit.js';
import { guestView, type GuestView } from '../../src/run/guest-view.js';
import { configOf, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';
import { LONG } from '../long.js';

/** Three regions of 2 MiB; the pages that are touched lie at their beginnings, middles and borders. */
const BASE = 0x1_0000;
const PAGES = [0, 1, 2, 3, 7, 8, 15, 16, 40, 300, 510, 511, 512, 513, 800, 1023, 1024, 1025, 1535].map(
  (at) => BASE + at,
);

const page = fc.constantFrom(...PAGES);
const length = fc.constantFrom(1, 2, 5, 16, 33, 34, 512, 1024);
const prot = fc.constantFrom(
  PROT.read | PROT.write,
  PROT.read | PROT.write | PROT.execute,
  PROT.read,
  PROT.read | PROT.execute,
  0,
);
const flags = fc.constantFrom(
  MAP_FLAG.anonymous,
  MAP_FLAG.anonymous,
  MAP_FLAG.anonymous | MAP_FLAG.shared,
  0,
  MAP_FLAG.shared,
);
/** `now` tells which space is running: nobody forks into himself. */
type Step = (trace: TraceBuilder, now: { space: number }) => unknown;

const reference = (kind: 'fetch' | 'read' | 'write') =>
  page.map(
    (at): Step =>
      (trace) =>
        trace.ref(kind, at),
  );

/** An event with drawn operands. */
function event(kind: Parameters<TraceBuilder['event']>[0], ...operands: fc.Arbitrary<number>[]): fc.Arbitrary<Step> {
  return fc.tuple(...operands).map(
    (drawn): Step =>
      (trace) =>
        trace.event(kind, ...drawn),
  );
}

const invlpg = page.map(
  (at): Step =>
    (trace) =>
      trace.event('invlpg', BigInt(at) << 12n),
);
const fork = fc.integer({ min: 1, max: 3 }).map(
  (ahead): Step =>
    (trace, now) =>
      trace.event('fork', (now.space + ahead) % 4),
);
const contextSwitch = fc.integer({ min: 0, max: 3 }).map(
  (to): Step =>
    (trace, now) =>
      trace.event('contextSwitch', (now.space = to)),
);
const mremap = fc
  .tuple(page, length, page, length)
  .filter(([from, pages, to]) => to >= from + pages || to === from)
  .map(
    (operands): Step =>
      (trace) =>
        trace.event('mremap', ...operands),
  );

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: reference('read') },
  { weight: 30, arbitrary: reference('write') },
  { weight: 8, arbitrary: reference('fetch') },
  { weight: 12, arbitrary: event('mmap', page, length, prot, flags) },
  { weight: 4, arbitrary: event('munmap', page, length) },
  { weight: 6, arbitrary: event('mprotect', page, length, prot) },
  { weight: 2, arbitrary: event('madvise', page, length, fc.constant(4)) },
  { weight: 2, arbitrary: mremap },
  { weight: 4, arbitrary: fork },
  { weight: 8, arbitrary: contextSwitch },
  { weight: 4, arbitrary: invlpg },
  { weight: 1, arbitrary: event('exec') },
  { weight: 1, arbitrary: event('exit', fc.constant(0), fc.constant(1)) },
);

const machine = fc.record({
  vmm: fc
    .tuple(
      fc.constantFrom({}, xenHvmShadow.vmm),
      fc.record({
        pairWrites: fc.boolean(),
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
});

/** Asked millions of times, so without a matcher. */
function sameEntries({ entries }: GuestView, { entries: others }: GuestView): boolean {
  return entries.length === others.length && entries.every((half, at) => half === others[at]);
}

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
          for (const view of views) if (!sameEntries(view, first!)) expect(view.entries).toEqual(first!.entries);
          for (const [at, cell] of cells.entries()) expectConsistent(cell, vpn, views[at]);
        }
      }
    }),
    { numRuns: LONG ? 500 : 40 },
  );
});
