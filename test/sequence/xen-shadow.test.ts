/** Shadow paging as Xen has it: each knob by itself, with the exits worked out. */
import { expect, test } from 'vitest';
import { OutOfSync } from '../../src/paging/shadow/out-of-sync.js';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, PWU, ROOT } from '../support/hand-guest.js';

const TABLE = PWU | ACCESSED;

test('prefetch ahead begins at the leaf that faulted and passes over absent entries, and ends at one that is not accessed', () => {
  const { trace, run, map } = handGuest('shadow', { vmm: { prefetchAhead: true, prefetch: 32 } });
  for (const page of [0, 5, 7, 9]) map(page, 100 + page);
  map(8, 108, PWU);
  trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  trace.ref('read', 7);
  run(); // came with 5
  trace.ref('read', 0).ref('read', 9);
  run('hiddenFault', 'hiddenFault'); // one is before 5, the other after one that is not accessed
});

test('INVLPG drops the entry of a table that is out of sync, and does not make it anew', () => {
  const { trace, run, map } = handGuest('shadow', { vmm: { invlpgRefills: false } });
  map(5, 100);
  trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  map(5, 200);
  trace.event('invlpg', 5 * 4096).ref('read', 5);
  run('unsync', 'invlpg', 'hiddenFault');
});

test('with a snapshot a table that is brought back in sync takes over new entries', () => {
  const { trace, run, map } = handGuest('shadow', { vmm: { snapshots: true } });
  map(5, 100);
  trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  map(50, 150);
  trace.event('cr3Write', ROOT * 4096).ref('read', 50);
  run('unsync', 'cr3Write');
});

test('two zeros in a row give a table up; another fault between them does not count as one', () => {
  const { trace, run, map } = handGuest('shadow', { vmm: { giveUpAtZeros: true } });
  map(5, 100);
  map(6, 101, PWU);
  trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  const zero = (index: number): unknown => trace.event('tableWrite', 2, entryAt(3, index), 0n);
  zero(10);
  run('tableWrite');
  trace.ref('read', 6);
  run('hiddenFault');
  zero(11);
  zero(12);
  zero(13);
  run('tableWrite', 'tableWrite'); // the third store goes to a plain page
});

test('a table that nothing points to goes at once', () => {
  const { trace, cell, run, map } = handGuest('shadow', { vmm: { keepsUnlinked: false } });
  map(5, 100);
  trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  run('cr3Write', 'hiddenFault');
  trace.event('tableWrite', 2, entryAt(3, 0), entry(40, TABLE | DIRTY));
  run('tableWrite');
  expect(cell.result().counters.shadowZaps).toBe(1);
});

test('the hash of tables out of sync: an occupant at its own place is pushed one on, and what stood there goes', () => {
  const hash = new OutOfSync(3, () => true);
  const add = (frame: number): number => hash.add(frame, frame, (other) => other);
  expect(add(3)).toBe(-1); // place 0
  expect(add(6)).toBe(-1); // takes place 0, and 3 moves on to place 1
  expect(add(1)).toBe(3); // place 1, where 3 is not at home
  expect(add(9)).toBe(1); // 6 moves on to place 1
  expect(add(6)).toBe(-1); // is there
});
