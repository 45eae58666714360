/**
 * E7, derived from PVM (SOSP 2023): the first touch of a page costs 1 + w + 1 exits where every write to a shadowed table is caught: the
 * guest's fault is injected, the w entries that the guest writes are emulated, the shadow is filled. With w = n levels that is 2n + 4 world
 * switches, one into the VMM and one back for each exit. Under nested paging it is 1 exit if the page's frame has not been used before, else 0.
 */
import { describe, expect, test } from 'vitest';
import type { StrategyName } from '../../src/paging/index.js';
import type { ExitCause } from '../../src/vmm/exits.js';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';
import { exitsOf, replayed } from './exits.js';

const LEVELS = [1, 2, 3, 4] as const;
const PAGE = 5;
const FRAME = 100;

/** The entries on the way to the page, from the leaf up. */
const ENTRIES = [
  [entryAt(LEAF_TABLE, PAGE), entry(FRAME, PWU | ACCESSED | DIRTY)],
  [entryAt(3, 0), entry(LEAF_TABLE, PWU | ACCESSED)],
  [entryAt(2, 0), entry(3, PWU | ACCESSED)],
  [entryAt(ROOT, 0), entry(2, PWU | ACCESSED)],
] as const;

/** A guest that has used the page and taken the last `levels` entries of its way out again; then it touches the page anew. */
function touchAgain(strategy: StrategyName, levels: number, frame = FRAME) {
  const { trace, cell, run } = handGuest(strategy);
  trace.event('tableWrite', 1, ...ENTRIES[0]).event('cr3Write', ROOT * 4096);
  trace.ref('write', PAGE);
  for (let level = levels; level >= 1; level--) trace.event('tableWrite', level, ENTRIES[level - 1]![0], 0);
  trace.event('invlpg', PAGE * 4096);
  cell.replay(trace.batch());
  trace.event('pageFault', PAGE * 4096);
  for (let level = levels; level > 1; level--) trace.event('tableWrite', level, ...ENTRIES[level - 1]!);
  trace.event('tableWrite', 1, ENTRIES[0][0], entry(frame, PWU | ACCESSED | DIRTY));
  trace.ref('write', PAGE);
  return (...expected: ExitCause[]) => {
    run(...expected);
    expect(cell.result().counters.untranslatedRuns).toBe(0);
  };
}

describe.each(LEVELS)('a first touch for which the guest writes %d of its entries', (written) => {
  test('exits 1 + w + 1 times under write-protect, which for w = n is 2n + 4 world switches', () => {
    const exits: ExitCause[] = ['guestFault', ...Array<ExitCause>(written).fill('tableWrite'), 'hiddenFault'];
    touchAgain('write-protect', written)(...exits);
    expect(2 * exits.length).toBe(2 * written + 4);
  });

  test('does not exit under nested paging, unless the host has no frame for the page yet', () => {
    touchAgain('nested', written)();
    touchAgain('nested', written, FRAME + 1)('nestedFault');
  });
});

describe('the tables of a process that comes and goes', () => {
  // The guest OS writes an entry for each page and each table that the memory needs. Tables that nobody has walked are written freely;
  // those that were tables before and are used as such again are still known to the VMM.
  test.each([1, 4])(
    'mmap, a touch of each of %d pages, munmap: each entry that is written exits, and so do both faults',
    (pages) => {
      const operations = 20;
      const counters = (n: number) => replayed('write-protect', 'mmap-touch-munmap', { pages, operations: n }).counters;
      const written = counters(2 * operations).tableWrites - counters(operations).tableWrites;
      const exits = exitsOf('write-protect', 'mmap-touch-munmap', operations, { pages });
      expect(exits.guestFault).toBe(operations * pages);
      expect(exits.hiddenFault).toBe(operations * pages);
      expect(exits.tableWrite).toBe(written);
      expect(exitsOf('nested', 'mmap-touch-munmap', operations, { pages })).toEqual({});
    },
  );
});
