/** Walks that switch from shadow tables to the guest's, with caches: what they read and what they are saved adds up to what they need. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { WALK_CACHES } from '../../src/config/walk-caches.js';
import { Cell } from '../../src/run/cell.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const PAGES = 3000;
/** Below another entry of the root: the write of that entry moves the root. */
const FAR = 3 * 2 ** 27;

function replay(machine: string, walkCaches: (typeof WALK_CACHES)[number]) {
  const config = resolveConfig(
    {
      machine,
      walkCaches,
      set: ['vmm.intervalRefs=3000', 'vmm.agile.writesToNest=1', 'guest.memoryMib=256', 'machine.pteCacheShare=0'],
    },
    () => '',
  );
  const trace = new TraceBuilder();
  for (let page = 0; page < PAGES; page++) trace.id(page);
  const cell = new Cell({ strategy: 'agile', characteristics: USER, config, audit: true }, trace.pages);
  trace.event('mmap', 0, PAGES, 3, 1).event('mmap', FAR, 1, 3, 1);
  let dice = 1;
  for (let round = 0; round < 20_000; round++) {
    dice = (dice * 1103515245 + 12345) % 2 ** 31;
    const page = Math.floor(dice / 7) % PAGES;
    trace.ref(round % 3 === 0 ? 'write' : 'read', page);
    if (round === 10_000) trace.ref('write', FAR);
    if (round % 2000 === 1999) trace.event('mprotect', page, 3, 1).event('mprotect', page, 3, 3);
  }
  cell.replay(trace.batch());
  return cell.result();
}

test.each(['amd-zen4', 'intel-emeraldrapids'])('%s', (machine) => {
  const without = replay(machine, 'none');
  const needed = new Map(without.levels.map(({ dimension, level, served }) => [`${dimension} ${level}`, served[3]!]));
  expect(without.counters.movesToShadow).toBeGreaterThan(0);
  for (const dimension of ['shadow 3', 'guest 4', 'guest 1', 'nested 1'])
    expect(needed.get(dimension)).toBeGreaterThan(1000);
  for (const caches of WALK_CACHES.filter((name) => name !== 'none')) {
    const { levels, counters } = replay(machine, caches);
    expect(counters.walks).toBe(without.counters.walks);
    expect(counters.walkCacheSkippedRefs).toBeGreaterThan(1000);
    for (const { dimension, level, served, walkCacheSkipped, nestedTlbSkipped } of levels) {
      const all = served.reduce((sum, count) => sum + count, 0) + walkCacheSkipped + nestedTlbSkipped;
      expect([caches, dimension, level, all]).toEqual([caches, dimension, level, needed.get(`${dimension} ${level}`)]);
    }
  }
});
