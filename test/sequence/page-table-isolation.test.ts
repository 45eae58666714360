/** Page-table isolation: two loads of CR3 for each visit to the guest's kernel, and what becomes of them under each strategy. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { runSchema } from '../../src/config/schema.js';
import type { StrategyName } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { configOf, TINY_VTX } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

type Vmm = NonNullable<z.input<typeof runSchema>['vmm']>;
interface Options {
  readonly isolated?: boolean;
  readonly pcid?: boolean;
  readonly vmm?: Vmm;
}

const FIRST = 16;
const PAGES = [0, 1, 2, 3, 4].map((at) => FIRST + at);

/** A program whose pages are all there. */
function program(strategy: StrategyName, { isolated = true, pcid = false, vmm = {} }: Options = {}) {
  const trace = new TraceBuilder().event('mmap', FIRST, 64, PROT.read | PROT.write, MAP_FLAG.anonymous);
  const guest = { memoryMib: 64, pageTableIsolation: isolated, pcid };
  const spec = { strategy, characteristics: USER, config: configOf({ machine: TINY_VTX, guest, vmm }) };
  const cell = new Cell(spec, trace.pages);
  /** What rows cost: loads of CR3, exits for them, TLB misses and page faults. */
  const cost = (rows: () => unknown) => {
    const counts = () => {
      const { cr3Writes, cr3Exits, tlbMisses, guestFaults, vmExits } = cell.result().counters;
      return [cr3Writes, cr3Exits, tlbMisses, guestFaults, vmExits] as const;
    };
    const before = counts();
    rows();
    cell.replay(trace.batch());
    const [cr3Writes, cr3Exits, tlbMisses, guestFaults, vmExits] = counts().map((count, at) => count - before[at]!);
    return { cr3Writes, cr3Exits, tlbMisses, guestFaults, vmExits };
  };
  const touch = (): void => {
    for (const page of PAGES) trace.ref('write', page);
  };
  const calls = (times: number) => (): void => {
    for (let call = 0; call < times; call++) {
      trace.event('systemCall', 39);
      touch();
    }
  };
  cost(touch);
  cost(calls(2));
  return { trace, cell, cost, touch, calls };
}

describe('ten system calls, after each of which five pages are used', () => {
  const TEN = 10;
  const ALL = TEN * PAGES.length;
  test.each<[StrategyName, Options, { cr3Writes: number; vmExits: number; tlbMisses: number }]>([
    ['native', { isolated: false }, { cr3Writes: 0, vmExits: 0, tlbMisses: 0 }],
    ['shadow', { isolated: false }, { cr3Writes: 0, vmExits: 0, tlbMisses: 0 }],
    ['native', {}, { cr3Writes: 2 * TEN, vmExits: 0, tlbMisses: ALL }],
    ['native', { pcid: true }, { cr3Writes: 2 * TEN, vmExits: 0, tlbMisses: 0 }],
    ['nested', {}, { cr3Writes: 2 * TEN, vmExits: 0, tlbMisses: ALL }],
    ['nested', { pcid: true }, { cr3Writes: 2 * TEN, vmExits: 0, tlbMisses: 0 }],
    ['shadow', {}, { cr3Writes: 2 * TEN, vmExits: 2 * TEN, tlbMisses: ALL }],
    // A VMM that does not heed bit 63 empties at each exit; one that does saves the misses, but no exit.
    ['shadow', { pcid: true }, { cr3Writes: 2 * TEN, vmExits: 2 * TEN, tlbMisses: ALL }],
    ['shadow', { pcid: true, vmm: { keepsPcids: true } }, { cr3Writes: 2 * TEN, vmExits: 2 * TEN, tlbMisses: 0 }],
    // CR3-target values save the exits; without PCIDs not the misses.
    ['shadow', { vmm: { cr3Targets: 2 } }, { cr3Writes: 2 * TEN, vmExits: 0, tlbMisses: ALL }],
    [
      'shadow',
      { pcid: true, vmm: { cr3Targets: 2, keepsPcids: true } },
      { cr3Writes: 2 * TEN, vmExits: 0, tlbMisses: 0 },
    ],
    ['write-protect', {}, { cr3Writes: 2 * TEN, vmExits: 2 * TEN, tlbMisses: ALL }],
  ])('%s %j', (strategy, options, expected) => {
    const { cost, calls } = program(strategy, options);
    expect(cost(calls(TEN))).toMatchObject(expected);
  });

  test.each([
    [1, 2 * TEN],
    [2, 0],
  ])('%d kept roots, from which target values are taken: %d exits', (cachedRoots, vmExits) => {
    const { cost, calls } = program('shadow', { vmm: { cachedRoots, cr3Targets: 2 } });
    expect(cost(calls(TEN))).toMatchObject({ cr3Writes: 2 * TEN, vmExits });
  });
});

describe.each(['native', 'nested', 'shadow'] as const)('%s', (strategy) => {
  test('a page fault is a visit to the kernel too', () => {
    const { cost, trace } = program(strategy);
    expect(cost(() => trace.ref('write', FIRST + 20))).toMatchObject({ guestFaults: 1, cr3Writes: 2 });
  });

  test('a system call and the rows that say what it does are one visit; the next call is another', () => {
    const { cost, trace } = program(strategy);
    const call = (): unknown => trace.event('systemCall', 9).event('mmap', 200, 1, PROT.read, MAP_FLAG.anonymous);
    expect(cost(() => (call(), trace.ref('read', FIRST)))).toMatchObject({ cr3Writes: 2 });
    expect(cost(() => (call(), call(), trace.ref('read', FIRST)))).toMatchObject({ cr3Writes: 4 });
  });

  test('a change of process loads three roots: the kernel, the other kernel, its user', () => {
    const { cost, trace } = program(strategy);
    cost(() => trace.event('fork', 1).ref('read', FIRST));
    expect(cost(() => trace.event('contextSwitch', 1).ref('read', FIRST))).toMatchObject({ cr3Writes: 3 });
  });
});

describe('with PCIDs, what the kernel flushes goes from its user too', () => {
  test.each(['native', 'nested'] as const)('%s: the next way out empties the PCID of the user', (strategy) => {
    const { cost, trace, touch } = program(strategy, { pcid: true });
    const unmapped = cost(() => {
      trace.event('systemCall', 11).event('munmap', FIRST + 4, 1);
      for (const page of PAGES.slice(0, 4)) trace.ref('write', page);
    });
    expect(unmapped).toMatchObject({ tlbMisses: 4, guestFaults: 0 });
    trace.event('systemCall', 39);
    expect(cost(touch)).toMatchObject({ guestFaults: 0, tlbMisses: 1 });
  });
});
