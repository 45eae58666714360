/** Shadow paging as a virtual TLB, event by event: no table write exits, and a CR3 write costs all that was filled. */
import { describe, expect, test } from 'vitest';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, PWU, ROOT } from '../support/hand-guest.js';

const guest = (hostPages: '4k' | '2m' = '4k') => handGuest('vtlb', { hostPages });

describe('a virtual TLB', () => {
  test('table writes never exit, at any level', () => {
    const { trace, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    map(6, 101);
    trace.event('tableWrite', 2, entryAt(3, 7), entry(20, PWU));
    run();
    trace.ref('read', 6);
    run('hiddenFault'); // an absent entry needs no INVLPG to be seen
  });

  test('each CR3 write empties it, also one that loads the same root', () => {
    const { trace, run, map } = guest();
    for (const page of [5, 6, 7]) map(page, 100 + page);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5)
      .ref('read', 6)
      .ref('read', 7);
    run('cr3Write', 'hiddenFault', 'hiddenFault', 'hiddenFault');
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
  });

  test('lags behind until INVLPG, which removes the page', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100);
    trace.event('cr3Write', ROOT * 4096).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    map(5, 200);
    run();
    cell.paging.translate(5, 0);
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(100));
    trace.event('invlpg', 5 * 4096).ref('read', 5);
    run('invlpg', 'hiddenFault');
    cell.paging.translate(5, 0);
    expect(cell.paging.translation.frame).toBe(cell.platform.host.frameOf(200));
  });

  test('INVLPG of a large page that was split removes all of it', () => {
    const { trace, run } = guest();
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(1024, PWU | ACCESSED | DIRTY | 0x80n));
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 512)
      .ref('read', 600);
    run('cr3Write', 'hiddenFault', 'hiddenFault');
    trace.event('invlpg', 512 * 4096).ref('read', 600);
    run('invlpg', 'hiddenFault');
  });

  test('a large page on large host pages is one fill', () => {
    const { trace, run } = guest('2m');
    trace.event('tableSnapshot', 2, entryAt(3, 1), entry(1024, PWU | ACCESSED | DIRTY | 0x80n));
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 512)
      .ref('write', 600);
    run('cr3Write', 'hiddenFault');
  });

  test('the first write through a clean entry exits to set the dirty bit', () => {
    const { trace, run, map } = guest();
    map(5, 100, PWU);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5)
      .ref('write', 5);
    run('cr3Write', 'hiddenFault', 'adUpdate');
  });

  test('all its tables are freed at a CR3 write', () => {
    const { trace, cell, run, map } = guest();
    map(5, 100);
    trace
      .event('cr3Write', ROOT * 4096)
      .ref('read', 5)
      .event('cr3Write', ROOT * 4096);
    run('cr3Write', 'hiddenFault', 'cr3Write');
    const frames = [1, 2, 3, 4].map(() => cell.platform.vmmFrames.allocate());
    // The five tables came from frames 1 to 5, and the new root is one of them.
    expect(Math.max(...frames)).toBe(5);
  });
});
