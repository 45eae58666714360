/** CR3-target values with shadow roots, event by event: a guest that knows the shadow of its root loads it without an exit. */
import { describe, expect, test } from 'vitest';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';
import { TINY_VTX } from '../support/machine.js';

const OTHER = 20;
const THIRD = 21;

/** Three processes with one page each, in tables of their own below the root. */
function guest(strategy: 'shadow' | 'write-protect', cr3Targets: number) {
  const made = handGuest(strategy, { machine: TINY_VTX, vmm: { cr3Targets, prefetch: 1 } });
  const { trace, map } = made;
  map(5, 100);
  for (const root of [OTHER, THIRD]) trace.event('tableWrite', 4, entryAt(root, 0), entry(2, PWU | ACCESSED));
  const load = (...roots: number[]): void => {
    for (const root of roots) trace.event('cr3Write', root * 4096);
  };
  return { ...made, load };
}

describe('roots that were loaded before', () => {
  test.each([
    [0, 4],
    [1, 4],
    [2, 2],
  ])('%d target values: %d of four loads in turn exit', (targets, exits) => {
    const { load, run } = guest('write-protect', targets);
    load(ROOT, OTHER);
    run('cr3Write', 'cr3Write');
    load(ROOT, OTHER, ROOT, OTHER);
    run(...Array<'cr3Write'>(targets === 2 ? 0 : exits).fill('cr3Write'));
  });

  test('the roots are those that exited last: a third drives out the first', () => {
    const { load, run } = guest('write-protect', 2);
    load(ROOT, OTHER, THIRD);
    run('cr3Write', 'cr3Write', 'cr3Write');
    load(OTHER, THIRD);
    run();
    load(ROOT);
    run('cr3Write');
  });
});

test('a root below which a table is out of sync is no target until it is in sync again', () => {
  const { trace, load, run, map } = guest('shadow', 2);
  load(ROOT, OTHER);
  trace.ref('read', 5);
  run('cr3Write', 'cr3Write', 'hiddenFault');
  map(6, 101);
  run('unsync');
  load(OTHER);
  run('cr3Write'); // its translations have to go: the guest counts on that
  load(OTHER);
  run();
});

test('a load without an exit empties the TLB like any other', () => {
  const { cell, load, trace, run } = guest('write-protect', 2);
  load(ROOT);
  trace.ref('read', 5).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  const misses = cell.result().counters.tlbMisses;
  load(ROOT);
  trace.ref('read', 5);
  run();
  expect(cell.result().counters.tlbMisses).toBe(misses + 1);
});

test('the guest goes on in the root that it has loaded', () => {
  const { trace, load, run } = guest('write-protect', 2);
  const upper = 30;
  const leaves = [31, 32, 33] as const;
  trace.event('tableWrite', 4, entryAt(OTHER, 1), entry(leaves[0], PWU | ACCESSED));
  trace.event('tableWrite', 3, entryAt(leaves[0], 0), entry(leaves[1], PWU | ACCESSED));
  trace.event('tableWrite', 2, entryAt(leaves[1], 0), entry(upper, PWU | ACCESSED));
  trace.event('tableWrite', 1, entryAt(upper, 0), entry(200, PWU | ACCESSED | DIRTY));
  load(OTHER, ROOT, OTHER);
  trace.ref('read', 2 ** 27);
  run('cr3Write', 'cr3Write', 'hiddenFault');
  expect(LEAF_TABLE).not.toBe(upper);
});
