/** Virtual machines that have one processor by turns: what a world switch, and a flush for another, costs in TLB entries and misses. */
import { describe, expect, test } from 'vitest';
import type { StrategyName } from '../../src/paging/index.js';
import type { MachineInput } from '../../src/config/machine-schema.js';
import { runCell, type CellSpec } from '../../src/run/cell.js';
import { share } from '../../src/run/share.js';
import { SharedProcessor } from '../../src/run/shared-processor.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import type { TraceSource } from '../../src/trace/source.js';
import { configOf, TINY } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const ORIGIN = { ran: 'a test', captured: 'by hand' };

function specOf(
  strategy: StrategyName,
  machine: Partial<MachineInput> = {},
  guestFlush: 'new-asid' | 'all-asids' = 'new-asid',
): CellSpec {
  return {
    strategy,
    characteristics: USER,
    config: configOf({ machine: { ...TINY, ...machine }, guest: { memoryMib: 64 }, vmm: { guestFlush } }),
  };
}

/** A program with `pages` pages, all written before anything is counted. */
function program(pages: number, first = 16): { readonly trace: TraceBuilder; readonly round: () => TraceBuilder } {
  const trace = new TraceBuilder().event('mmap', first, 64, PROT.read | PROT.write, MAP_FLAG.anonymous);
  const round = (): TraceBuilder => {
    for (let page = 0; page < pages; page++) trace.ref('write', first + page);
    return trace;
  };
  return { trace: round(), round };
}

function sourceOf(trace: TraceBuilder): TraceSource {
  const batch = trace.batch();
  return {
    header: { name: 'made', characteristics: USER, source: ORIGIN },
    pages: trace.pages,
    batches: () => [batch],
  };
}

/** Programs of so many pages by turns, one round of each a slice; TLB misses and counts since all have run twice. */
function byTurns(spec: CellSpec, pages: readonly number[], rounds = 10) {
  const programs = pages.map((count) => program(count));
  const shared = new SharedProcessor(programs.map(({ trace }) => ({ spec, pages: trace.pages })));
  const run = (times: number): void => {
    for (let time = 0; time < times; time++)
      for (const [at, { round }] of programs.entries()) {
        shared.replay(shared.machines[at]!, round().batch());
        shared.endSlice();
      }
  };
  run(2);
  const counted = () =>
    shared.machines.map(({ result, shareCounts }) => ({ misses: result.counters.tlbMisses, ...shareCounts }));
  const before = counted();
  run(rounds);
  return counted().map((after, at) =>
    Object.fromEntries(
      Object.entries(after).map(([key, count]) => [key, count - before[at]![key as keyof typeof after]]),
    ),
  );
}

describe('one machine alone under the scheduler', () => {
  test.each(['shadow', 'write-protect', 'vtlb', 'nested', 'agile', 'selective'] as const)(
    '%s counts what a run counts, and the exits of the timer',
    async (strategy) => {
      const make = (): TraceBuilder => {
        const { trace, round } = program(12);
        trace.event('fork', 1).event('contextSwitch', 1);
        for (let time = 0; time < 8; time++) round();
        return trace.event('mprotect', 16, 4, PROT.read).ref('read', 17).event('contextSwitch', 0).ref('write', 20);
      };
      const spec = specOf(strategy);
      const [alone, under] = [make(), make()];
      const run = runCell(spec, alone.pages, [alone.batch()]);
      const [{ result, counts }] = (await share([{ spec, trace: sourceOf(under) }], 10)) as [
        Awaited<ReturnType<typeof share>>[number],
      ];
      const { refs } = run.counters;
      expect(counts).toMatchObject({
        slices: Math.ceil(refs / 10) - 1,
        worldSwitches: 0,
        lostToFlushes: 0,
        lostToRoom: 0,
      });
      expect(result.exits).toEqual({ ...run.exits, sliceEnd: counts.slices });
      const { vmExits, stateLoads, stateStores } = result.counters;
      expect(vmExits).toBe(run.counters.vmExits + counts.slices);
      expect({ ...result.counters, vmExits: 0, stateLoads: 0, stateStores: 0, vmcbCleanSkips: 0 }).toEqual({
        ...run.counters,
        ...{ vmExits: 0, stateLoads: 0, stateStores: 0, vmcbCleanSkips: 0 },
      });
      expect(stateLoads).toBeGreaterThan(run.counters.stateLoads);
      expect(stateStores).toBeGreaterThan(run.counters.stateStores);
      expect(result.levels).toEqual(run.levels);
    },
  );
});

describe.each(['shadow', 'nested'] as const)('world switches under %s', (strategy) => {
  test('with tags, machines that fit into the TLB together miss nothing', () => {
    for (const counts of byTurns(specOf(strategy), [4, 4]))
      expect(counts).toMatchObject({
        misses: 0,
        worldSwitches: 10,
        lostToSwitches: 0,
        lostToFlushes: 0,
        lostToRoom: 0,
      });
  });

  test('without tags, each one costs a machine its working set again', () => {
    const [five, three] = byTurns(specOf(strategy, { taggedTlb: false }), [5, 3]);
    // The first level and the second have each of these pages.
    expect(five).toMatchObject({ misses: 5 * 10, worldSwitches: 10, lostToSwitches: 2 * 5 * 10, lostToFlushes: 0 });
    expect(three).toMatchObject({ misses: 3 * 10, worldSwitches: 10, lostToSwitches: 2 * 3 * 10, lostToFlushes: 0 });
  });

  test('with tags, what does not fit is lost to the room that others take', () => {
    const tlb = { ...TINY.tlb, l2: null };
    for (const counts of byTurns(specOf(strategy, { tlb }), [8, 8]))
      expect(counts).toMatchObject({ misses: 8 * 10, lostToRoom: 8 * 10, lostToSwitches: 0, lostToFlushes: 0 });
  });

  test('as many ASIDs as machines, besides that of the host: each keeps its own', () => {
    for (const counts of byTurns(specOf(strategy, { asids: 4 }), [2, 2, 2]))
      expect(counts).toMatchObject({ asids: 0, misses: 0, lostToFlushes: 0 });
  });

  test('one ASID too few: each entry takes another, and misses all; each second one empties the TLB', () => {
    const all = byTurns(specOf(strategy, { asids: 3 }), [2, 2, 2]);
    for (const counts of all) expect(counts).toMatchObject({ asids: 10, misses: 2 * 10 });
    // Half of the 30 entries wrap; the one before has 2 pages in two levels, the one before that may have lost its own already.
    expect(all.reduce((sum, { lostToFlushes }) => sum + lostToFlushes!, 0)).toBe(30 * 2 * 2);
  });

  test('VPIDs are for life: who has none runs without, and loses only its own', () => {
    const vtx = { vendor: 'intel', asids: 3 } as const;
    const [first, second, third] = byTurns(specOf(strategy, vtx), [2, 2, 2]);
    for (const counts of [first, second]) expect(counts).toMatchObject({ misses: 0, asids: 0, lostToFlushes: 0 });
    expect(third).toMatchObject({ misses: 2 * 10, asids: 0, lostToSwitches: 2 * 2 * 10 });
  });
});

describe('a processor without FlushByAsid: the VMM of one machine empties it once, while the other has 4 pages in two levels', () => {
  const lostWith = (guestFlush: 'new-asid' | 'all-asids', machine: Partial<MachineInput>) => {
    const spec = specOf('shadow', machine, guestFlush);
    const [flushing, other] = [program(2), program(4)];
    const shared = new SharedProcessor([flushing, other].map(({ trace }) => ({ spec, pages: trace.pages })));
    const [first, second] = shared.machines as [(typeof shared.machines)[0], (typeof shared.machines)[0]];
    for (let time = 0; time < 2; time++) {
      shared.replay(first, flushing.round().batch());
      shared.endSlice();
      shared.replay(second, other.round().batch());
      shared.endSlice();
    }
    const before = { lost: second.shareCounts.lostToFlushes, misses: second.result.counters.tlbMisses };
    shared.replay(first, flushing.trace.event('exec').batch()); // another CR3
    shared.endSlice();
    shared.replay(second, other.round().batch());
    const { lostToFlushes } = second.shareCounts;
    return [lostToFlushes - before.lost, second.result.counters.tlbMisses - before.misses];
  };

  test('TLB_CONTROL 1 takes exactly the entries that the other holds', () => {
    expect(lostWith('all-asids', { flushByAsid: false })).toEqual([2 * 4, 4]);
  });

  test('a new ASID takes none, nor does a flush by ASID where there is one', () => {
    expect(lostWith('new-asid', { flushByAsid: false })).toEqual([0, 0]);
    expect(lostWith('all-asids', { flushByAsid: true })).toEqual([0, 0]);
  });
});
