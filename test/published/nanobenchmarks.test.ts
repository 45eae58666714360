/**
 * Adams & Agesen, ASPLOS 2006, 6.2: seven loops of one operation each, and what leaves a virtual machine. Exact: the operations of a
 * loop exit as often as they must, or not at all.
 */
import { describe, expect, test } from 'vitest';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../src/paging/index.js';
import type { EventGeneratorName } from '../../src/trace/generators/events/index.js';
import { configOf } from '../support/machine.js';
import { exitsOf, replayed, type Exits } from './exits.js';

const N = 300;
const SHADOWS = ['shadow', 'vtlb', 'write-protect'] as const;

/** What each configuration must do, by loop. */
const LAWS: readonly (readonly [EventGeneratorName, readonly StrategyName[], Exits])[] = [
  ['syscall', [...SHADOWS, 'nested'], {}],
  ['callret', [...SHADOWS, 'nested'], {}],
  ['cr8wr', [...SHADOWS, 'nested'], {}], // the task priority has a copy in the control structure
  ['divzero', [...SHADOWS, 'nested'], {}], // vector 0 is not intercepted
  ['in', [...SHADOWS, 'nested'], { io: N }],
  ['pgfault', SHADOWS, { guestFault: N }], // intercepted and injected
  ['pgfault', ['nested'], {}],
  ['ptemod', ['write-protect'], { tableWrite: N }], // E8
  ['ptemod', ['shadow', 'vtlb', 'nested'], {}], // the one leaf table has gone out of sync before, or was never protected
];

describe(`${N} operations of a nanobenchmark`, () => {
  test.each(LAWS.flatMap(([loop, strategies, exits]) => strategies.map((name) => [loop, name, exits] as const)))(
    '%s under %s: %j',
    (loop, strategy, exits) => {
      expect(exitsOf(strategy, loop, N)).toEqual(exits);
    },
  );

  test.each(STRATEGY_NAMES.filter((name) => !STRATEGIES[name].virtualized))('none of them exits under %s', (name) => {
    for (const [loop] of LAWS) expect(exitsOf(name, loop, N)).toEqual({});
  });
});

describe('ptemod over several leaf tables', () => {
  test('write-protect: each write exits, wherever it goes', () => {
    expect(exitsOf('write-protect', 'ptemod', 2000, { pages: 2000 })).toEqual({ tableWrite: 2000 });
  });

  test('shadow: each of the four tables exits once and goes out of sync', () => {
    expect(exitsOf('shadow', 'ptemod', 1, { pages: 2000 })).toEqual({});
    expect(exitsOf('shadow', 'ptemod', 1000, { pages: 2000 })).toEqual({ unsync: 2 });
  });
});

describe('a PAE guest, which writes an entry by two stores', () => {
  const config = (pairWrites: boolean) => configOf({ guest: { mode: 'pae' }, vmm: { pairWrites } });

  test('E8: each store exits, and half as many where the VMM carries both out in one exit', () => {
    const written = (n: number): number =>
      replayed('write-protect', 'mprotect-flips', { pages: 8, operations: n }, config(true)).counters.tableWrites;
    const entries = written(2 * N) - written(N);
    const exits = (pairs: boolean) => exitsOf('write-protect', 'mprotect-flips', N, { pages: 8 }, config(pairs));
    expect(exits(false).tableWrite).toBe(2 * entries);
    expect(exits(true).tableWrite).toBe(entries);
    expect({ ...exits(true), tableWrite: 0 }).toEqual({ ...exits(false), tableWrite: 0 });
  });

  test('under unsync the first of the stores is the one that exits', () => {
    const exits = (pairs: boolean) => exitsOf('shadow', 'mprotect-flips', N, { pages: 8 }, config(pairs));
    expect(exits(true)).toEqual(exits(false));
  });
});

describe('system calls with page-table isolation', () => {
  test('shadow paging: two exits for each call, the CR3 writes; nested paging: none', () => {
    for (const strategy of ['shadow', 'write-protect'] as const)
      expect(exitsOf(strategy, 'syscall', N, { kpti: 1 })).toEqual({ cr3Write: 2 * N });
    expect(exitsOf('nested', 'syscall', N, { kpti: 1 })).toEqual({});
  });

  test('vtlb: and a hidden fault for the code, whose translation each of them throws away', () => {
    expect(exitsOf('vtlb', 'syscall', N, { kpti: 1 })).toEqual({ cr3Write: 2 * N, hiddenFault: N });
  });
});
