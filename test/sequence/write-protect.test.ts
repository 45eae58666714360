/** Write-protecting shadow paging, event by event. The exits expected are worked out in the comments. */
import { describe, expect, test } from 'vitest';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';

const guest = (hostPages: '4k' | '2m' = '4k') => handGuest('write-protect', { hostPages });

describe('write-protecting shadow paging', () => {
  test('a table that no walk has needed is written freely; the first touch of a page is one hidden fault, the next none', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    run(); // nothing is shadowed before CR3 is loaded
    trace.event('cr3Write', ROOT * 4096);
    run('cr3Write'); // only the root is shadowed now
    map(6, 101);
    run();
    trace.ref('read', 5);
    run('hiddenFault'); // fills four levels, and write-protects frames 2, 3 and 4
    trace.ref('read', 5).ref('write', 5);
    run();
  });

  test('from then on every write to a shadowed table exits, and the page it changes is filled anew', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    map(6, 101);
    run('tableWrite');
    map(5, 102);
    trace.event('invlpg', 5 * 4096);
    run('tableWrite', 'invlpg');
    trace.ref('read', 5);
    run('hiddenFault');
  });

  test('the first write through a clean entry exits to set the dirty bit; an entry that is dirty already needs no exit', () => {
    const { trace, run, map } = guest();
    map(5, 100, PWU);
    map(6, 101, PWU | DIRTY);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5)
      .ref('read', 6);
    run('cr3Write', 'hiddenFault', 'hiddenFault');
    trace.ref('write', 5);
    run('adUpdate');
    trace.ref('write', 6).ref('write', 5);
    run();
  });

  test('a first touch that is a write fills and sets the dirty bit in one exit', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100, PWU);
    trace.event('cr3Write', ROOT * 4096).ref('write', 5);
    run('cr3Write', 'hiddenFault');
    const low = cell.paging.readWord(LEAF_TABLE, 2 * 5);
    expect(BigInt(low)).toBe(entry(100, PWU | ACCESSED | DIRTY));
  });

  test("a page fault of the guest's own exits once, to be injected", () => {
    const { trace, run, map } = guest();
    map(5, 100, 5n); // read-only
    trace.event('cr3Write', ROOT * 4096);
    run('cr3Write');
    trace.event('pageFault', 7 * 4096); // not present
    run('guestFault');
    trace.event('pageFault', 5 * 4096); // can only have been a write
    run('guestFault');
  });

  test('a switch back to a root that was shadowed before exits once and fills nothing', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    trace
      .event('cr3Write', 9 * 4096)
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5);
    run('cr3Write', 'cr3Write');
  });

  test('a frame that becomes a table loses its writable mapping at once: the kernel writes it through the VMM from then on', () => {
    const { trace, cell, run, map } = guest();
    const kernelPage = 2 ** 52 - 512; // its level-4 entry is the last one
    trace.event('tableSnapshot', 4, entryAt(ROOT, 511), entry(12, PWU | ACCESSED));
    trace.event('tableSnapshot', 3, entryAt(12, 511), entry(13, PWU | ACCESSED));
    trace.event('tableSnapshot', 2, entryAt(13, 511), entry(14, PWU | ACCESSED));
    trace.event('tableSnapshot', 1, entryAt(14, 0), entry(LEAF_TABLE, PWU | ACCESSED | DIRTY)); // maps the leaf table
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('write', kernelPage);
    run('cr3Write', 'hiddenFault'); // still memory like any other: filled writable
    trace.ref('write', kernelPage);
    run();
    trace.ref('read', 5);
    run('hiddenFault'); // frame 4 is shadowed from here on
    expect(cell.result().counters.emulatedStores).toBe(0);
    trace.ref('write', kernelPage);
    map(5, 101);
    run('tableWrite'); // one exit for the store and its recorded table write
    expect(cell.result().counters.emulatedStores).toBe(1);
  });

  test('user memory in a frame that was a table: the first store makes the VMM give the shadow up', () => {
    const { trace, run, map } = guest();
    const stale = 20; // the leaf table of pages 512 to 1023, until its space has gone and its frame is a user page
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(stale, PWU | ACCESSED));
    trace.event('tableSnapshot', 1, entryAt(stale, 0), entry(100, PWU | ACCESSED | DIRTY));
    map(6, stale);
    trace.event('cr3Write', ROOT * 4096).ref('read', 512);
    run('cr3Write', 'hiddenFault');
    trace.ref('write', 6);
    run('tableWrite', 'hiddenFault'); // filled without the right to write; then, run again, with it
    trace.ref('write', 6);
    run();
  });

  test('a table that maps itself stays protected: what is written through it is carried out by the VMM', () => {
    const { trace, cell, run, map } = guest();
    map(6, LEAF_TABLE);
    trace.event('cr3Write', ROOT * 4096).ref('read', 6);
    run('cr3Write', 'hiddenFault');
    trace.ref('write', 6);
    map(5, 100);
    run('tableWrite');
    expect(cell.result().counters.emulatedStores).toBe(1);
  });

  test('a large page stays split as long as a table that was shadowed lies in it, also after the guest has let go of the table', () => {
    const { trace, run } = guest('2m');
    const kernelPage = 2 ** 52 - 512; // a 2 MiB page over frames 512 to 1023, among them the leaf table of pages 512 to 1023
    const table = 600;
    trace.event('tableSnapshot', 4, entryAt(ROOT, 511), entry(12, PWU | ACCESSED));
    trace.event('tableSnapshot', 3, entryAt(12, 511), entry(13, PWU | ACCESSED));
    trace.event('tableSnapshot', 2, entryAt(13, 511), entry(512, PWU | ACCESSED | DIRTY | 0x80n));
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(table, PWU | ACCESSED));
    trace.event('tableSnapshot', 1, entryAt(table, 0), entry(2000, PWU | ACCESSED | DIRTY));
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 512)
      .ref('read', kernelPage);
    run('cr3Write', 'hiddenFault', 'hiddenFault'); // the large page is split around the table
    trace.event('tableWrite', 2, entryAt(3, 1), 0);
    run('tableWrite');
    trace.ref('read', kernelPage + 1);
    run('hiddenFault'); // the VMM does not know that the table is dead
    trace.ref('write', kernelPage + (table - 512)).ref('read', kernelPage + 2);
    run('tableWrite', 'hiddenFault'); // a store that is no table write tells it
    trace.ref('read', kernelPage + 100);
    run(); // mapped whole
  });
});
