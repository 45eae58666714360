/** Shadow paging whose leaf tables go out of sync, as KVM's do: each mechanism by itself, with the exits worked out in the comments. */
import { describe, expect, test } from 'vitest';
import type { ShadowPolicy } from '../../src/config/schema.js';
import { RIGHT } from '../../src/paging/strategy.js';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';

const TABLE = PWU | ACCESSED;
/** A second address space, whose level-3 table is the first one's or frame 32. */
const OTHER_ROOT = 31;

const guest = (vmm: Partial<ShadowPolicy> = {}) => handGuest('shadow', { vmm });

describe('a leaf table that the guest writes', () => {
  test('exits once, and then no more until CR3 is loaded', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault'); // the leaf table is shadowed and protected
    map(100, 101);
    run('unsync');
    for (let page = 101; page < 120; page++) map(page, page);
    run();
    trace.event('cr3Write', ROOT * 4096);
    run('cr3Write'); // in sync and protected again
    map(100, 102);
    run('unsync');
  });

  test('exits each time at the levels above, which do not go out of sync', () => {
    const { trace, run } = guest();
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    trace.event('tableWrite', 1, entryAt(LEAF_TABLE, 5), entry(100, TABLE | DIRTY)).ref('read', 5);
    run('cr3Write', 'hiddenFault'); // the first read finds no page, and no guest that could map one
    trace.event('tableWrite', 2, entryAt(3, 7), entry(20, TABLE));
    trace.event('tableWrite', 2, entryAt(3, 8), entry(21, TABLE));
    run('tableWrite', 'tableWrite');
  });

  test('lags behind until INVLPG, which makes the one entry anew, or a CR3 load, which drops what has changed', () => {
    const { trace, cell, run, map } = guest();
    map(0, 100);
    map(1, 101);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 0)
      .ref('read', 1);
    run('cr3Write', 'hiddenFault'); // 1 came with 0
    map(0, 200);
    map(1, 201);
    trace.event('invlpg', 0);
    run('unsync', 'invlpg');
    trace.ref('read', 0);
    run(); // made anew with the INVLPG: no fault
    expect(cell.paging.translate(0, 0)).toBe(0);
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(200));
    cell.paging.translate(1, 0);
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(101)); // as a TLB may still say
    trace.event('cr3Write', ROOT * 4096).ref('read', 1);
    run('cr3Write', 'hiddenFault');
    expect(cell.paging.translate(1, 0)).toBe(0);
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(201));
  });

  test('keeps its entries over a CR3 load where only rights have changed', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('write', 5);
    run('cr3Write', 'hiddenFault');
    map(5, 100, TABLE & ~2n); // read-only from now on
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('unsync', 'cr3Write');
    trace.event('pageFault', 5 * 4096); // a write
    run('guestFault');
  });

  test('loses an entry that is no longer accessed', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    map(5, 100, PWU);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('unsync', 'cr3Write', 'hiddenFault'); // so that the VMM sees the access and sets the bit
  });

  test('is brought back only by a root that reaches it', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    map(6, 101);
    run('cr3Write', 'hiddenFault', 'unsync');
    trace.event('cr3Write', OTHER_ROOT * 4096);
    run('cr3Write');
    expect(cell.result().counters.syncs).toBe(0);
    map(7, 102);
    run(); // still out of sync
    trace.event('cr3Write', ROOT * 4096);
    run('cr3Write');
    expect(cell.result().counters.syncs).toBe(1);
  });

  test('is updated, but stays out of sync, when another root is found to reach it', () => {
    const { trace, cell, run, map } = guest();
    trace.event('tableSnapshot', 4, entryAt(OTHER_ROOT, 0), entry(32, TABLE));
    trace.event('tableSnapshot', 3, entryAt(32, 0), entry(33, TABLE));
    trace.event('tableSnapshot', 2, entryAt(33, 0), entry(LEAF_TABLE, TABLE));
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    trace.event('cr3Write', OTHER_ROOT * 4096);
    run('cr3Write'); // reaches nothing yet
    map(5, 200);
    run('unsync');
    trace.ref('read', 300);
    map(300, 300);
    trace.ref('read', 300);
    run('hiddenFault'); // the table is linked, and brought up to date
    expect(cell.result().counters.syncs).toBe(0);
    trace.ref('read', 5);
    run('hiddenFault'); // frame 100 was dropped
  });
});

describe('tables above and below one that is out of sync', () => {
  test('back in sync, it is protected again: the next store through its mapping exits', () => {
    const { trace, run, map } = guest();
    const window = 8;
    map(window, LEAF_TABLE);
    map(0, 100);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 0)
      .ref('write', window);
    run('cr3Write', 'hiddenFault', 'unsync');
    trace.ref('write', window);
    run();
    trace.event('cr3Write', ROOT * 4096).ref('write', window);
    run('cr3Write', 'unsync');
  });

  test('one that is given up takes those that are out of sync with it', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    map(6, 101);
    run('cr3Write', 'hiddenFault', 'unsync');
    for (const index of [7, 8, 9]) trace.event('tableWrite', 2, entryAt(3, index), entry(20 + index, TABLE));
    run('tableWrite', 'tableWrite', 'tableWrite');
    expect(cell.result().counters).toMatchObject({ floods: 1, shadowZaps: 2 });
  });

  test('a frame that becomes an upper table while its shadow as a leaf table is out of sync: that shadow is given up', () => {
    const { trace, cell, run } = guest();
    const [frame, below] = [20, 30];
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(frame, TABLE));
    trace.event('tableSnapshot', 1, entryAt(frame, 0), entry(below, TABLE | DIRTY));
    trace.event('tableSnapshot', 1, entryAt(below, 0), entry(100, TABLE | DIRTY));
    trace.event('cr3Write', ROOT * 4096).ref('read', 512);
    trace.event('tableWrite', 1, entryAt(frame, 1), entry(101, TABLE | DIRTY));
    run('cr3Write', 'hiddenFault', 'unsync');
    trace.event('tableWrite', 3, entryAt(2, 1), entry(frame, TABLE)).ref('read', 512 * 512);
    run('tableWrite', 'hiddenFault');
    expect(cell.result().counters.shadowZaps).toBe(1);
    trace.event('tableWrite', 2, entryAt(frame, 2), entry(31, TABLE));
    run('tableWrite'); // protected, and as an upper table it stays so
  });

  test('what a root links to is brought in sync first', () => {
    const { trace, cell, run, map } = guest();
    trace.event('tableSnapshot', 4, entryAt(OTHER_ROOT, 0), entry(2, TABLE)); // shares all tables below
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    map(5, 200);
    trace.event('cr3Write', OTHER_ROOT * 4096);
    run('cr3Write', 'hiddenFault', 'unsync', 'cr3Write');
    expect(cell.result().counters.syncs).toBe(0); // the new root reaches nothing yet
    trace.ref('read', 5);
    run('hiddenFault');
    expect(cell.result().counters.syncs).toBe(1);
    cell.paging.translate(5, 0);
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(200));
  });
});

describe('prefetch', () => {
  test('fills the aligned group of 8 with the page that faulted', () => {
    const { trace, cell, run, map } = guest();
    for (let page = 0; page <= 8; page++) map(page, 100 + page);
    trace.event('cr3Write', ROOT * 4096).ref('read', 3);
    for (const page of [0, 1, 2, 4, 5, 6, 7]) trace.ref('read', page);
    run('cr3Write', 'hiddenFault');
    expect(cell.result().counters.prefetches).toBe(7);
    trace.ref('read', 8);
    run('hiddenFault'); // the next group
  });

  test('goes from the lowest entry to the first that is not present and accessed', () => {
    const { trace, run, map } = guest();
    map(0, 100);
    map(1, 101, PWU); // never accessed
    map(2, 102);
    map(3, 103);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 3)
      .ref('read', 0);
    run('cr3Write', 'hiddenFault');
    trace.ref('read', 2);
    run('hiddenFault');
  });

  test('gives no right to write where the guest is clean: the first write has to be seen', () => {
    const { trace, run, map } = guest();
    map(0, 100);
    map(1, 101, TABLE);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 0)
      .ref('read', 1);
    run('cr3Write', 'hiddenFault');
    trace.ref('write', 1);
    run('adUpdate');
  });

  test('lets no table go out of sync', () => {
    const { trace, cell, run, map } = guest();
    map(0, 100);
    map(1, LEAF_TABLE); // the leaf table itself, writable and dirty
    trace.event('cr3Write', ROOT * 4096).ref('read', 0);
    run('cr3Write', 'hiddenFault');
    expect(cell.result().counters).toMatchObject({ prefetches: 1, unsyncs: 0 });
  });
});

describe('a read that maps a leaf table writable', () => {
  test('lets it go out of sync too', () => {
    const { trace, cell, run, map } = guest();
    map(8, 100);
    map(0, LEAF_TABLE);
    trace.event('cr3Write', ROOT * 4096).ref('read', 8);
    run('cr3Write', 'hiddenFault');
    trace.ref('read', 0);
    run('hiddenFault');
    expect(cell.result().counters.unsyncs).toBe(1);
    map(8, 101);
    run();
  });
});

describe('write flooding', () => {
  const upper = (trace: ReturnType<typeof guest>['trace'], index: number) =>
    trace.event('tableWrite', 2, entryAt(3, index), entry(20 + index, TABLE));

  test('the third write to an upper table that no walk has used gives its shadow up: the fourth does not exit', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    for (const index of [7, 8, 9]) upper(trace, index);
    run('tableWrite', 'tableWrite', 'tableWrite');
    expect(cell.result().counters).toMatchObject({ floods: 1, shadowZaps: 1 });
    upper(trace, 10);
    run();
    trace.ref('read', 5);
    run('hiddenFault'); // shadowed again
    upper(trace, 11);
    run('tableWrite');
  });

  test('a walk in between starts the count again', () => {
    const { trace, cell, run, map } = guest();
    for (const page of [5, 105, 205]) map(page, 100 + page);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    upper(trace, 7);
    upper(trace, 8).ref('read', 105);
    upper(trace, 9);
    upper(trace, 10).ref('read', 205);
    run('tableWrite', 'tableWrite', 'hiddenFault', 'tableWrite', 'tableWrite', 'hiddenFault');
    expect(cell.result().counters.floods).toBe(0);
  });
});

describe('roles', () => {
  test('a leaf table that is reached through a read-only and a writable entry has two shadows', () => {
    const { trace, cell, run, map } = guest();
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(LEAF_TABLE, TABLE & ~2n));
    map(5, 100);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5)
      .ref('read', 512 + 5);
    run('cr3Write', 'hiddenFault', 'hiddenFault');
    expect(cell.result().counters.shadowTables).toBe(5); // root, two, and the leaf table twice
    trace.ref('write', 5);
    run();
    trace.event('pageFault', (512 + 5) * 4096); // a write there
    run('guestFault');
    map(6, 101);
    run('unsync'); // both go out of sync in one exit
    expect(cell.result().counters.unsyncs).toBe(2);
  });

  test('what is prefetched has no more rights than the entries above grant', () => {
    const { trace, cell, run, map } = guest();
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(LEAF_TABLE, TABLE & ~2n));
    map(0, 100);
    map(1, 101);
    trace.event('cr3Write', ROOT * 4096).ref('read', 512);
    run('cr3Write', 'hiddenFault');
    expect(cell.result().counters.prefetches).toBe(1);
    cell.paging.translate(513, 0);
    expect(cell.paging.translation.rights & RIGHT.write).toBe(0);
  });
});

describe('a table on the way to itself', () => {
  test('is in use with every store to it: no flood', () => {
    const { trace, cell, run } = guest();
    const window = 10 * 512; // by entry 10 of the level-2 table: a page that maps that very table
    trace.event('tableSnapshot', 2, entryAt(3, 10), entry(50, TABLE));
    trace.event('tableSnapshot', 1, entryAt(50, 0), entry(3, TABLE | DIRTY));
    trace.event('cr3Write', ROOT * 4096).ref('read', window);
    run('cr3Write', 'hiddenFault');
    for (const index of [20, 21, 22, 23, 24])
      trace.ref('write', window).event('tableWrite', 2, entryAt(3, index), entry(60, TABLE));
    run('tableWrite', 'tableWrite', 'tableWrite', 'tableWrite', 'tableWrite');
    expect(cell.result().counters.floods).toBe(0);
  });
});

describe('roots', () => {
  test('what a CR3 load finds kept costs no new table', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    const { shadowTables } = cell.result().counters;
    trace
      .event('cr3Write', OTHER_ROOT * 4096)
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5);
    run('cr3Write', 'cr3Write');
    expect(cell.result().counters.shadowTables).toBe(shadowTables + 1); // the other's root
  });

  test('a root that is written to death is made again', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    for (const index of [7, 8, 9]) trace.event('tableWrite', 4, entryAt(ROOT, index), entry(20 + index, TABLE));
    run('tableWrite', 'tableWrite', 'tableWrite');
    trace.ref('read', 5);
    run('hiddenFault'); // a new root; the tables below it are found again, with their leaves
  });
});

test('shadow tables are limited: the oldest make room', () => {
  // 2% of 4,096 frames: 81. A guest with 100 leaf tables needs more.
  const { trace, cell } = handGuest('shadow', { memoryMib: 16 });
  for (let at = 0; at < 100; at++) {
    trace.event('tableSnapshot', 2, entryAt(3, at), entry(100 + at, TABLE));
    trace.event('tableSnapshot', 1, entryAt(100 + at, 0), entry(1000 + at, TABLE | DIRTY));
  }
  trace.event('cr3Write', ROOT * 4096);
  for (let at = 0; at < 100; at++) trace.ref('read', 512 * at);
  cell.replay(trace.batch());
  const { shadowTables, shadowZaps, hiddenFaults } = cell.result().counters;
  expect(hiddenFaults).toBe(100);
  expect(shadowTables - shadowZaps).toBeLessThanOrEqual(81);
  expect(shadowZaps).toBeGreaterThanOrEqual(22); // 3 + 100 tables are made, and upper ones again
});

describe('the knobs', () => {
  test('unsync: without it each write to a leaf table exits', () => {
    const { trace, run, map } = guest({ unsync: false });
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    map(100, 101);
    map(101, 102);
    run('cr3Write', 'hiddenFault', 'tableWrite', 'tableWrite');
  });

  test('prefetch: of groups of 2, and of none', () => {
    for (const [prefetch, faults] of [
      [2, 2],
      [1, 4],
    ] as const) {
      const { trace, cell, map } = guest({ prefetch });
      for (const page of [0, 1, 2, 3]) map(page, 100 + page);
      trace.event('cr3Write', ROOT * 4096);
      for (const page of [0, 1, 2, 3]) trace.ref('read', page);
      cell.replay(trace.batch());
      expect(cell.result().counters.hiddenFaults).toBe(faults);
    }
  });

  test('floodLimit: never, or at the first write', () => {
    for (const [floodLimit, exits] of [
      [0, 5],
      [1, 1],
    ] as const) {
      const { trace, cell, map } = guest({ floodLimit });
      map(5, 100);
      trace.event('cr3Write', ROOT * 4096).ref('read', 5);
      for (const index of [7, 8, 9, 10, 11]) trace.event('tableWrite', 2, entryAt(3, index), entry(20, TABLE));
      cell.replay(trace.batch());
      expect(cell.result().counters.tableWriteExits).toBe(exits);
    }
  });

  test('syncScope: of all kept roots, a table that another one reaches is brought back too', () => {
    const { trace, cell, run, map } = guest({ syncScope: 'all' });
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    map(6, 101);
    trace.event('cr3Write', OTHER_ROOT * 4096);
    run('cr3Write', 'hiddenFault', 'unsync', 'cr3Write');
    expect(cell.result().counters.syncs).toBe(1);
  });

  test('cachedRoots: the oldest table that is no kept root makes room', () => {
    // With one kept root, that of the first address space is the oldest table; with four it is kept, and its level-3 table is given up.
    const zapped = (cachedRoots: number): boolean => {
      const { trace, cell, map } = handGuest('shadow', { memoryMib: 16, vmm: { cachedRoots, tablesPerThousand: 1 } });
      map(5, 100);
      trace.event('cr3Write', ROOT * 4096).ref('read', 5);
      for (let space = 0; space < 60; space++) trace.event('cr3Write', (200 + space) * 4096);
      trace
        .event('cr3Write', OTHER_ROOT * 4096)
        .event('tableWrite', 4, entryAt(OTHER_ROOT, 0), entry(2, TABLE))
        .ref('read', 5);
      cell.replay(trace.batch());
      const before = cell.result().counters.shadowTables;
      trace.event('cr3Write', ROOT * 4096);
      cell.replay(trace.batch());
      return cell.result().counters.shadowTables > before;
    };
    expect(zapped(1)).toBe(true);
    expect(zapped(64)).toBe(false);
  });
});
