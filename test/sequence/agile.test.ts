/** Agile paging, event by event. The exits expected are worked out in the comments. */
import { describe, expect, test } from 'vitest';
import { RIGHT } from '../../src/paging/strategy.js';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';

type Options = NonNullable<Parameters<typeof handGuest>[1]>;
const INTERVAL = 1000;

/** Pages 5 and 6 are mapped, page 5 has been read: the root is frame 1, below it are 2, 3 and the leaf table 4. */
function agileGuest(agile: NonNullable<NonNullable<Options['vmm']>['agile']> = {}, options: Options = {}) {
  const guest = handGuest('agile', { ...options, vmm: { intervalRefs: INTERVAL, agile } });
  guest.map(5, 100);
  guest.map(6, 101);
  guest.trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  return guest;
}

/** References of one walk for page 5, after all that it may need has been done. */
function walkOf({ trace, cell }: ReturnType<typeof agileGuest>) {
  trace.ref('read', 5).event('invlpg', 5 * 4096);
  cell.replay(trace.batch());
  const before = cell.result().counters;
  trace.ref('read', 5);
  cell.replay(trace.batch());
  const { walks, guestRefs, nestedRefs, shadowRefs, walkRefs } = cell.result().counters;
  expect(walks - before.walks).toBe(1);
  return {
    all: walkRefs - before.walkRefs,
    shadow: shadowRefs - before.shadowRefs,
    guest: guestRefs - before.guestRefs,
    nested: nestedRefs - before.nestedRefs,
  };
}

describe('a walk in 4 levels of the guest and 4 nested ones, with k levels of shadow tables, reads 4 + 4 (4 - k) entries', () => {
  // Two writes to a table of a level move it, and what is below, to nested mode.
  test.each([
    { moved: 'none', table: null, all: 4, shadow: 4, guest: 0, nested: 0 },
    { moved: 'the leaf table', table: 4, all: 8, shadow: 3, guest: 1, nested: 4 },
    { moved: 'the level-2 table', table: 3, all: 12, shadow: 2, guest: 2, nested: 8 },
    { moved: 'the level-3 table', table: 2, all: 16, shadow: 1, guest: 3, nested: 12 },
    { moved: 'the root, whose place is known', table: 1, all: 20, shadow: 0, guest: 4, nested: 16 },
  ])('$moved: $all', ({ table, all, shadow, guest, nested }) => {
    const hand = agileGuest();
    hand.cell.replay(hand.trace.batch());
    for (const index of table === null ? [] : [300, 301])
      hand.trace.event('tableWrite', 5 - table!, entryAt(table!, index), entry(999, 0n));
    expect(walkOf(hand)).toEqual({ all, shadow, guest, nested });
  });

  test('a process walked in two dimensions from its root on: 24', () => {
    expect(walkOf(agileGuest({ nestedAtFirst: 1 }))).toEqual({ all: 24, shadow: 0, guest: 4, nested: 20 });
  });
});

describe('agile paging', () => {
  test('begins as shadow paging: a hidden fault for a first touch; the second write to a table moves it, and later ones do not exit', () => {
    const { trace, cell, run, map } = agileGuest();
    run('cr3Write', 'hiddenFault'); // and page 6 is filled with page 5
    map(7, 102);
    run('tableWrite');
    map(8, 103);
    run('tableWrite'); // the second in this interval: the leaf table is in nested mode now
    expect(cell.result().counters.movesToNested).toBe(1);
    map(9, 104);
    map(10, 105);
    run();
    // The shadow entry of level 2 is made anew, and leads to the guest's table; the nested tables lack the data's frame.
    trace.ref('read', 9);
    run('hiddenFault', 'nestedFault');
    trace.ref('read', 10); // frame 105 is missing
    run('nestedFault');
    trace.ref('read', 9).ref('read', 10);
    run();
  });

  test('INVLPG does not exit, and what a table in nested mode says is found without an exit after it', () => {
    const { trace, cell, run, map } = agileGuest();
    map(7, 102);
    map(8, 103);
    trace.ref('read', 5).ref('read', 7);
    run('cr3Write', 'hiddenFault', 'tableWrite', 'tableWrite', 'hiddenFault', 'nestedFault', 'nestedFault');
    map(5, 102);
    trace.event('invlpg', 5 * 4096).ref('read', 5);
    run();
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(102));
  });

  test('a page fault below a switch is the guest’s alone; one found in shadow tables exits, to be injected', () => {
    const { trace, run, map } = agileGuest();
    trace.event('pageFault', 50 * 4096);
    run('cr3Write', 'hiddenFault', 'guestFault');
    map(7, 102);
    map(8, 103);
    trace.ref('read', 5);
    run('tableWrite', 'tableWrite', 'hiddenFault', 'nestedFault');
    trace.event('pageFault', 50 * 4096);
    run();
  });

  test('at the end of an interval a table that was not written in it is in shadow mode again; one that was stays', () => {
    const { trace, cell, run, map } = agileGuest();
    map(7, 102);
    map(8, 103);
    trace.ref('read', 5);
    run('cr3Write', 'hiddenFault', 'tableWrite', 'tableWrite', 'hiddenFault', 'nestedFault');
    // The VMM's clock is looked at when the guest next misses the TLB or exits.
    const nextInterval = () =>
      trace
        .ref('read', 5, INTERVAL)
        .event('invlpg', 5 * 4096)
        .ref('read', 5);
    nextInterval();
    run('policyTimer'); // written in this interval: it stays
    map(9, 104);
    nextInterval();
    run('policyTimer'); // written again, without an exit
    expect(cell.result().counters.movesToShadow).toBe(0);
    nextInterval();
    run('policyTimer', 'hiddenFault'); // clean: its pages are filled into a shadow table
    expect(cell.result().counters.movesToShadow).toBe(1);
    nextInterval();
    run(); // nothing is in nested mode, and no timer runs
    map(10, 105);
    run('tableWrite');
  });

  test('two writes in different intervals move nothing', () => {
    const { trace, cell, run, map } = agileGuest();
    map(7, 102);
    run('cr3Write', 'hiddenFault', 'tableWrite');
    trace.ref('read', 5, INTERVAL).ref('read', 5);
    map(8, 103);
    run('tableWrite');
    expect(cell.result().counters.movesToNested).toBe(0);
  });

  test('what is below a table that goes back stays in nested mode if it has been written', () => {
    const { trace, cell, run, map } = agileGuest();
    for (const index of [300, 301]) trace.event('tableWrite', 2, entryAt(3, index), entry(999, 0n));
    trace.ref('read', 5); // the nested tables lack the leaf table and the data
    run('cr3Write', 'hiddenFault', 'tableWrite', 'tableWrite', 'hiddenFault', 'nestedFault', 'nestedFault');
    trace.ref('read', 5, INTERVAL).ref('read', 5);
    map(7, 102);
    run('policyTimer');
    trace.ref('read', 5, INTERVAL).ref('read', 5);
    map(8, 103); // below a switch: no exit
    run('policyTimer', 'hiddenFault');
    expect(cell.result().counters.movesToShadow).toBe(1);
    expect(walkOf({ trace, cell, run, map })).toMatchObject({ all: 8, shadow: 3 });
  });

  test('the first write through a clean entry of a shadow table exits; in nested mode the hardware sets the bit', () => {
    const { trace, run, map } = agileGuest();
    map(7, 102, PWU | ACCESSED);
    trace.ref('write', 7);
    run('cr3Write', 'hiddenFault', 'tableWrite', 'hiddenFault'); // a fill and the dirty bit in one exit
    map(8, 103, PWU);
    trace.ref('read', 8).ref('write', 8);
    run('tableWrite', 'hiddenFault', 'nestedFault');
  });

  test('with hardware that sets dirty bits, that write does not exit: it costs a walk in two dimensions', () => {
    for (const hardwareDirty of [false, true]) {
      const { trace, cell, run, map } = agileGuest({ hardwareDirty });
      run('cr3Write', 'hiddenFault');
      map(7, 102, PWU | ACCESSED);
      trace.ref('read', 7);
      run('tableWrite', 'hiddenFault');
      const before = cell.result().counters.faultedWalkRefs;
      trace.ref('write', 7);
      // Nested tables lack the guest's four tables and its page.
      if (hardwareDirty) run('nestedFault', 'nestedFault', 'nestedFault', 'nestedFault', 'nestedFault');
      else run('adUpdate');
      const { faultedWalkRefs } = cell.result().counters;
      // The refused walk of shadow tables reads 4 entries; a walk up to frame n of the guest's way 5 for each one before it, and 4 nested
      // entries that lead nowhere (1 while there are no nested tables at all); the whole walk 24.
      expect(faultedWalkRefs - before).toBe(hardwareDirty ? 4 + 1 + 9 + 14 + 19 + 24 + 24 : 4);
      expect(BigInt(cell.paging.readWord(LEAF_TABLE, 14))).toBe(entry(102, PWU | ACCESSED | DIRTY));
      expect(cell.paging.translation.rights & RIGHT.write).toBe(RIGHT.write);
    }
  });

  test('MOV to CR3 exits, unless the hardware has met the root and knows its shadow', () => {
    for (const cachedCr3s of [0, 2]) {
      const { trace, run } = agileGuest({ cachedCr3s });
      trace.event('tableWrite', 4, entryAt(20, 0), entry(2, PWU | ACCESSED));
      trace.event('cr3Write', 20 * 4096).event('cr3Write', ROOT * 4096);
      run('cr3Write', 'hiddenFault', 'cr3Write', ...(cachedCr3s > 0 ? [] : (['cr3Write'] as const)));
    }
  });

  test('a store to a shadowed table through a page in nested mode is refused by the nested tables', () => {
    const { trace, run, map } = agileGuest();
    run('cr3Write', 'hiddenFault');
    // Page 512 lies below a leaf table of its own, in frame 30, that is in nested mode; it maps frame 4, the leaf table of page 5.
    trace.event('tableWrite', 2, entryAt(3, 1), entry(30, PWU | ACCESSED));
    trace.event('tableWrite', 1, entryAt(30, 0), entry(LEAF_TABLE, PWU | ACCESSED | DIRTY));
    trace.ref('read', 512);
    run('tableWrite', 'hiddenFault');
    for (const index of [7, 8]) trace.event('tableWrite', 1, entryAt(30, index), entry(999, 0n));
    trace.ref('read', 512); // a switch to frame 30, and a nested fault for the data, frame 4
    run('tableWrite', 'tableWrite', 'hiddenFault', 'nestedFault');
    trace.ref('write', 512);
    run('tableWrite'); // a user's page: its frame is no table any more, and its shadow is given up
    map(7, 102);
    run();
  });

  test('a table that another shadow table leads to as well stays in shadow mode', () => {
    const { trace, run } = agileGuest();
    run('cr3Write', 'hiddenFault');
    // The leaf table of page 5 is also that of page 512 × 512 + 5, by way of a level-2 table in frame 21.
    trace.event('tableWrite', 3, entryAt(2, 1), entry(21, PWU | ACCESSED));
    trace.event('tableWrite', 2, entryAt(21, 0), entry(LEAF_TABLE, PWU | ACCESSED));
    trace.ref('read', 512 * 512 + 5);
    run('tableWrite', 'hiddenFault');
    for (const index of [300, 301]) trace.event('tableWrite', 2, entryAt(3, index), entry(999, 0n));
    trace.ref('read', 512 * 512 + 5);
    run('tableWrite', 'tableWrite');
  });
});
