/** A VMM that cannot empty one ASID gives the guest another: nothing that was kept before may serve it, tagged or not. */
import { expect, test } from 'vitest';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, PWU, ROOT } from '../support/hand-guest.js';
import { TINY } from '../support/machine.js';

const UPTC = { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 } as const;
const OTHER_LEAF_TABLE = 9;

test.each([true, false])(
  'FlushByAsid %s: a walk cache without tags leads to no table that was unlinked',
  (flushByAsid) => {
    const machine = { ...TINY, walkCache: UPTC, flushByAsid };
    const { cell, trace, map } = handGuest('write-protect', { machine });
    map(5, 100);
    trace.event('tableWrite', 1, entryAt(OTHER_LEAF_TABLE, 5), entry(200, PWU | ACCESSED | DIRTY));
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5)
      .ref('read', 5);
    trace.event('tableWrite', 2, entryAt(3, 0), entry(OTHER_LEAF_TABLE, PWU | ACCESSED));
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    cell.replay(trace.batch());
    expect(cell.paging.translation.guestFrame).toBe(200);
  },
);
