/** Who sets the guest's dirty bit at the first write through a clean entry: the VMM at an exit, or hardware that walks the guest's tables. */
import { expect, test } from 'vitest';
import { ACCESSED, DIRTY, entry, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';

test.each(['exit', 'hardware'] as const)('by %s', (dirtyBits) => {
  const { trace, cell, run, map } = handGuest('write-protect', { vmm: { dirtyBits } });
  map(5, 100, PWU | ACCESSED);
  trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  const before = cell.result().counters;
  trace.ref('write', 5).ref('write', 5);
  run(...(dirtyBits === 'exit' ? (['adUpdate'] as const) : []));
  const { faultedWalks, faultedWalkRefs } = cell.result().counters;
  // The walk of the shadow tables that finds the entry not writable reads 4; the hardware's own, in two dimensions, 24.
  expect(faultedWalkRefs - before.faultedWalkRefs).toBe(dirtyBits === 'exit' ? 4 : 4 + 24);
  expect(faultedWalks - before.faultedWalks).toBe(dirtyBits === 'exit' ? 1 : 2);
  expect(BigInt(cell.paging.readWord(LEAF_TABLE, 2 * 5))).toBe(entry(100, PWU | ACCESSED | DIRTY));
});

test('what the hardware cannot do by itself exits as before: the table in the page has to go out of sync', () => {
  const { trace, run, map } = handGuest('shadow', { vmm: { dirtyBits: 'hardware', prefetch: 1 } });
  map(5, 100, PWU | ACCESSED | DIRTY);
  map(6, LEAF_TABLE, PWU | ACCESSED); // the leaf table's own page, clean
  trace
    .event('cr3Write', ROOT * 4096)
    .ref('read', 5)
    .ref('read', 6);
  run('cr3Write', 'hiddenFault', 'hiddenFault');
  trace.ref('write', 6);
  run('adUpdate');
});
