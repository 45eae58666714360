/** E9: what has nothing to do with address translation exits as often under every strategy with a VMM, whatever the trace. */
import { describe, expect, test } from 'vitest';
import { otherExits } from '../../src/experiments/checks/micro-workloads.js';
import type { CellResult } from '../../src/run/cell-result.js';
import { runCell } from '../../src/run/cell.js';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../src/paging/index.js';
import { KIND_NAMES, OPERANDS, type KindName } from '../../src/trace/event.js';
import { EVENT_GENERATORS, type EventGeneratorName } from '../../src/trace/generators/events/index.js';
import { generateTrace, INSERTABLE_EVENTS } from '../../src/trace/generate.js';
import { SENSITIVE_NAMES } from '../../src/vmm/sensitive-instructions.js';
import { configOf } from '../support/machine.js';
import { FULL_SYSTEM, TraceBuilder, USER } from '../support/trace-builder.js';
import { replayed, type Exits } from './exits.js';

const VIRTUALIZED = STRATEGY_NAMES.filter((name) => STRATEGIES[name].virtualized && !STRATEGIES[name].deprivileged);
const INSTRUCTIONS: readonly KindName[] = KIND_NAMES.slice(
  KIND_NAMES.indexOf('cpuid'),
  KIND_NAMES.indexOf('sensitive') + 1,
);

function expectSame(replay: (strategy: StrategyName) => CellResult): Exits {
  const [first, ...others] = VIRTUALIZED.map((strategy) => otherExits(replay(strategy)));
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

describe('exits that have nothing to do with memory are the same under every strategy', () => {
  test.each(Object.keys(EVENT_GENERATORS) as EventGeneratorName[])('%s', (generator) => {
    expectSame((strategy) => replayed(strategy, generator, { operations: 40 }));
  });

  test('a stream of references with every event that can stand in between', () => {
    const every = Object.fromEntries(INSERTABLE_EVENTS.map((event, at) => [event, 100 + at]));
    const exits = expectSame((strategy) => {
      const trace = generateTrace('zipf', { refs: 5000, pages: 256, every });
      const { characteristics } = trace.header;
      return runCell({ strategy, characteristics, config: configOf() }, trace.pages, trace.batches());
    });
    expect(exits).toMatchObject({ cpuid: 50, io: 49, hlt: 49 }); // 5000 / 100, 5000 / 101, 5000 / 102
  });

  test.each([USER, FULL_SYSTEM])('every instruction that a trace can hold, $source', (characteristics) => {
    const trace = new TraceBuilder();
    for (const kind of INSTRUCTIONS) {
      const operands = (OPERANDS[kind] as readonly string[]).map(() => 1);
      if (kind !== 'sensitive') trace.event(kind as 'cpuid', ...operands);
    }
    for (const place of SENSITIVE_NAMES.keys()) trace.event('sensitive', place);
    const batch = trace.batch();
    const exits = expectSame((strategy) =>
      runCell({ strategy, characteristics, config: configOf() }, trace.pages, [batch]),
    );
    expect(exits).toMatchObject({ cpuid: 1, io: 1, hlt: 1, rdmsr: 1, wrmsr: 1, interrupt: 1, vmcall: 1 });
  });
});
