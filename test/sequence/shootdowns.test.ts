/** Shootdowns among the virtual processors of one machine: who leaves the guest, for what, and what is lost of TLBs. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { runSchema } from '../../src/config/schema.js';
import type { StrategyName } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { configOf, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

type Vmm = NonNullable<z.input<typeof runSchema>['vmm']>;

const FIRST = 16;

/** A thread for each processor, which have all used the same two pages. */
function program(strategy: StrategyName, vcpus: number, vmm: Vmm = {}) {
  const trace = new TraceBuilder().event('mmap', FIRST, 128, PROT.read | PROT.write, MAP_FLAG.anonymous);
  const config = configOf({ machine: TINY_VTX, guest: { memoryMib: 64, vcpus }, vmm });
  const cell = new Cell({ strategy, characteristics: USER, config }, trace.pages);
  const touch = (): void => {
    for (const page of [FIRST, FIRST + 1]) trace.ref('write', page);
  };
  const each = (work: () => unknown): void => {
    for (let thread = vcpus - 1; thread >= 0; thread--) {
      trace.event('threadSwitch', thread);
      work();
    }
  };
  /** Exits by cause, and counters that change. */
  const cost = (rows: () => unknown): Record<string, number> => {
    const counts = () => {
      const { counters, exits } = cell.result();
      const { tlbMisses, shootdowns, shootdownWaits, deferredFlushes, invlpgs, cr3Writes, guestFaults } = counters;
      return { ...exits, tlbMisses, shootdowns, shootdownWaits, deferredFlushes, invlpgs, cr3Writes, guestFaults };
    };
    const before: Record<string, number> = counts();
    rows();
    cell.replay(trace.batch());
    const made = Object.entries(counts()).map(([key, count]) => [key, count - before[key]!] as const);
    return Object.fromEntries(made.filter(([, count]) => count !== 0));
  };
  cost(() => {
    each(touch);
    each(touch);
  });
  const unmap =
    (pages = 1) =>
    (): unknown =>
      trace.event('munmap', FIRST + 1, pages);
  return { trace, cell, cost, touch, each, unmap };
}

describe.each([1, 2, 4, 17])('one of %d processors unmaps one page', (k) => {
  const targets = k - 1;
  const sent = targets === 0 ? {} : { shootdowns: 1 };
  const commands = Math.ceil(targets / 16);
  const some = (counts: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

  test('native: an INVLPG each, no exits', () => {
    const { cost, unmap } = program('native', k);
    expect(cost(unmap())).toEqual({ ...sent, invlpgs: k });
  });

  test('nested: the command, and for each target the interrupt and its end', () => {
    const { cost, unmap } = program('nested', k);
    expect(cost(unmap())).toEqual({
      ...sent,
      invlpgs: k,
      ...some({ wrmsr: commands + targets, interrupt: targets }),
    });
  });

  test('shadow: each INVLPG besides, and an interrupt with which the VMM makes each target flush what it zapped', () => {
    const { cost, unmap } = program('shadow', k);
    expect(cost(unmap())).toEqual({
      ...sent,
      // From three on, a processor came after the page faults: its load of CR3 brought the table in sync, and the store lets it out again.
      ...(k > 2 ? { unsync: 1 } : {}),
      invlpgs: k,
      invlpg: k,
      ...some({ wrmsr: commands + targets, interrupt: targets + targets }),
    });
  });
});

describe('what the others hold', () => {
  test.each(['native', 'nested', 'shadow', 'write-protect'] as const)(
    '%s: none uses the page that is gone, and each has kept or found again the other',
    (strategy) => {
      const { trace, cell, cost, unmap, each } = program(strategy, 3);
      cost(unmap());
      const before = cell.result().counters;
      cost(() => {
        each(() => trace.ref('read', FIRST).ref('read', FIRST + 1));
      });
      const { untranslatedRuns, guestFaults } = cell.result().counters;
      expect([untranslatedRuns - before.untranslatedRuns, guestFaults - before.guestFaults]).toEqual([3, 0]);
    },
  );

  test('nested: one page goes from each TLB; the other stays in all', () => {
    const { trace, cost, unmap, each } = program('nested', 4);
    cost(unmap());
    expect(cost(() => each(() => trace.ref('read', FIRST)))).toEqual({});
  });

  test('a processor that has another address space loaded is left alone', () => {
    const { trace, cost, unmap } = program('nested', 2);
    cost(() => trace.event('fork', 1).event('threadSwitch', 1).event('contextSwitch', 1).ref('read', FIRST));
    cost(() => trace.event('threadSwitch', 0).event('contextSwitch', 0).ref('read', FIRST));
    expect(cost(unmap())).toEqual({ invlpgs: 1 });
    expect(cost(() => trace.event('threadSwitch', 1).ref('read', FIRST))).toMatchObject({ cr3Writes: 1, tlbMisses: 1 });
  });

  test('more than 33 pages: each loads CR3 instead', () => {
    const { trace, cost, unmap } = program('nested', 3);
    cost(() => {
      for (let page = 0; page < 40; page++) trace.ref('write', FIRST + page);
    });
    expect(cost(unmap(39))).toEqual({ shootdowns: 1, cr3Writes: 3, wrmsr: 1 + 2, interrupt: 2 });
  });
});

describe('virtual processors that have one processor by turns', () => {
  const TURNS = { vcpus: 'by-turns' } as const;

  test('a change of thread ends a turn; with tags of their own they keep their entries', () => {
    const { cost, each, touch } = program('nested', 2, TURNS);
    expect(cost(() => each(touch))).toEqual({ sliceEnd: 2 });
  });

  test('a shootdown waits for a turn of each target, and comes back: no interrupt finds one running', () => {
    const { cost, unmap } = program('nested', 4, TURNS);
    expect(cost(unmap())).toEqual({ shootdowns: 1, shootdownWaits: 1, invlpgs: 4, wrmsr: 1 + 3, sliceEnd: 3 + 1 });
  });

  test('with the paravirtual flush none exits: each target is emptied when its turn comes', () => {
    const { trace, cost, unmap, each } = program('nested', 4, { ...TURNS, pvTlbFlush: true });
    expect(cost(unmap())).toEqual({ shootdowns: 1, deferredFlushes: 3, invlpgs: 1 });
    // The three that were flushed have lost the other page too; the sender has not.
    expect(cost(() => each(() => trace.ref('read', FIRST)))).toEqual({ sliceEnd: 4, tlbMisses: 3 });
    expect(cost(() => each(() => trace.ref('read', FIRST)))).toEqual({ sliceEnd: 4 });
  });

  test('where each has a processor of its own they all run: the paravirtual flush changes nothing', () => {
    const [plain, asked] = [false, true].map((pvTlbFlush) => {
      const { cost, unmap } = program('nested', 3, { pvTlbFlush });
      return cost(unmap());
    });
    expect(asked).toEqual(plain);
  });
});
