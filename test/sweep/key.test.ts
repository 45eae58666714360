import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { STRATEGY_NAMES } from '../../src/paging/index.js';
import { runCell } from '../../src/run/cell.js';
import { cellKey } from '../../src/sweep/key.js';
import type { EventBatch } from '../../src/trace/event.js';
import { eventTrace } from '../../src/trace/generate-events.js';
import { EVENT_GENERATORS } from '../../src/trace/generators/events/index.js';

const NOT_COUNTED = [
  'machine.name=other',
  'machine.year=1999',
  'machine.caches.l1d.cycles=900',
  'machine.caches.memoryCycles=9000',
  'machine.tlb.l2HitCycles=900',
  'machine.walkCache.cycles=900',
  'costs.exitHardwareCycles=900000',
  'costs.exitSoftwareCycles=900000',
];
const COUNTED = [
  'machine.caches.l1d.kib=64',
  'machine.pteCacheShare=0.5',
  'machine.taggedTlb=false',
  'guest.frames=scattered',
  'host.pages=2m',
  'vmm.prefetch=1',
  'seed=2',
];

function spec(strategy: (typeof STRATEGY_NAMES)[number], ...set: string[]) {
  const trace = eventTrace(EVENT_GENERATORS.forkwait, { operations: 20 }, 'forkwait', 'forkwait');
  const config = resolveConfig({ machine: 'amd-zen4', set }, () => '');
  return { trace, spec: { strategy, config, characteristics: trace.header.characteristics } };
}

describe.each(STRATEGY_NAMES)('%s', (strategy) => {
  const counted = (...set: string[]) => {
    const { trace, spec: cell } = spec(strategy, ...set);
    return runCell(cell, trace.pages, trace.batches() as Iterable<EventBatch>);
  };
  const plain = cellKey(spec(strategy).spec, 'sha');

  test('names, latencies and prices change neither key nor counts', () => {
    expect(cellKey(spec(strategy, ...NOT_COUNTED).spec, 'sha')).toBe(plain);
    expect(counted(...NOT_COUNTED)).toEqual(counted());
  });

  test('what may be counted otherwise changes the key, and so does another trace', () => {
    const keys = [
      ...COUNTED.map((set) => cellKey(spec(strategy, set).spec, 'sha')),
      cellKey(spec(strategy).spec, 'ahs'),
      plain,
    ];
    expect(new Set(keys).size).toBe(COUNTED.length + 2);
  });
});
