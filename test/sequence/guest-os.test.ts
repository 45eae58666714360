/** What the guest kernel does for an event, step by step: faults taken, entries written, INVLPGs and CR3 writes, as Linux makes them. */
import { describe, expect, test } from 'vitest';
import type { CounterName } from '../../src/counters/counters.js';
import { Cell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { guestView } from '../../src/run/guest-view.js';
import { configOf } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const RW = PROT.read | PROT.write;
const FILE = 0;
const COUNTED = ['guestFaults', 'tableWrites', 'invlpgs', 'cr3Writes'] as const satisfies CounterName[];
type Counts = Partial<Record<(typeof COUNTED)[number], number>>;

function guest(pages: '4k' | '2m' = '4k', reservedPages: 1 | 8 = 1) {
  const trace = new TraceBuilder();
  const cell = new Cell(
    { strategy: 'native', characteristics: USER, config: configOf({ guest: { pages, reservedPages } }) },
    trace.pages,
  );
  let before = { ...cell.result().counters };
  /** Replays the rows given so far and expects these counts of them, 0 where none is named. */
  const run = (expected: Counts): void => {
    cell.replay(trace.batch());
    const after = { ...cell.result().counters };
    const made = Object.fromEntries(COUNTED.map((name) => [name, after[name] - before[name]]));
    before = after;
    expect(made).toEqual({ guestFaults: 0, tableWrites: 0, invlpgs: 0, cr3Writes: 0, ...expected });
  };
  const frameOf = (page: number): number => guestView(cell, page).frame;
  return { trace, run, frameOf };
}

describe('the guest kernel', () => {
  test('makes three tables and an entry for the first page of a region, one entry for the next', () => {
    const { trace, run } = guest();
    trace.event('mmap', 0, 8, RW, MAP_FLAG.anonymous).ref('write', 0);
    run({ guestFaults: 1, tableWrites: 4 });
    trace.ref('write', 1);
    run({ guestFaults: 1, tableWrites: 1 });
  });

  // On an AMD EPYC, adding to 1,000 untouched pages takes 1,000 faults, a load and then a store 2,000 (traces/README.md).
  test('takes one fault for a page that is written first, two for one that is read and then written', () => {
    const { trace, run, frameOf } = guest();
    trace.event('mmap', 0, 8, RW, MAP_FLAG.anonymous).ref('write', 0);
    run({ guestFaults: 1, tableWrites: 4 });
    trace.ref('read', 1).ref('read', 2);
    run({ guestFaults: 2, tableWrites: 2 });
    expect(frameOf(1)).toBe(frameOf(2)); // the page of zeros
    trace.ref('write', 1);
    run({ guestFaults: 1, tableWrites: 2, invlpgs: 1 }); // clear, flush, set
    expect(frameOf(1)).not.toBe(frameOf(2));
  });

  test('maps the aligned 16 pages around a read fault in a file, as far as the mapping reaches', () => {
    const { trace, run } = guest();
    trace.event('mmap', 4, 40, PROT.read, FILE).ref('read', 20);
    run({ guestFaults: 1, tableWrites: 3 + 16 }); // pages 16 to 31
    for (let page = 16; page < 32; page++) trace.ref('read', page);
    run({});
    trace.ref('fetch', 5); // not executable: left
    run({});
    trace.ref('read', 5);
    run({ guestFaults: 1, tableWrites: 12 }); // pages 4 to 15
  });

  test('flushes 33 unmapped pages one by one, and 34 by writing CR3', () => {
    const { trace, run } = guest();
    trace.event('mmap', 0, 100, RW, MAP_FLAG.anonymous);
    for (const page of [0, 32, 40, 73]) trace.ref('write', page);
    run({ guestFaults: 4, tableWrites: 3 + 4 });
    trace.event('munmap', 0, 33);
    run({ tableWrites: 2, invlpgs: 33 }); // from the first to the last page that was there
    trace.event('munmap', 40, 34);
    run({ tableWrites: 2 + 3, cr3Writes: 1 }); // the three tables are empty now
  });

  test('flushes nothing where nothing was touched', () => {
    const { trace, run } = guest();
    trace.event('mmap', 0, 100, RW, MAP_FLAG.anonymous).event('mprotect', 0, 50, PROT.read).event('munmap', 0, 100);
    run({});
  });

  test('shares pages with a child until one side writes; the last owner writes without a copy', () => {
    const { trace, run, frameOf } = guest();
    trace.event('mmap', 0, 4, RW, MAP_FLAG.anonymous).ref('write', 0);
    run({ guestFaults: 1, tableWrites: 4 });
    const shared = frameOf(0);
    trace.event('fork', 1); // the parent's entry becomes read-only; the child gets three tables and an entry
    run({ tableWrites: 1 + 4, cr3Writes: 1 });
    trace.ref('write', 0);
    run({ guestFaults: 1, tableWrites: 2, invlpgs: 1 });
    expect(frameOf(0)).not.toBe(shared);
    trace.event('contextSwitch', 1).ref('write', 0);
    run({ guestFaults: 1, tableWrites: 1, cr3Writes: 1 });
    expect(frameOf(0)).toBe(shared);
  });

  test('gives a page that becomes writable again its right back at once when it is dirty, else at the next write', () => {
    const { trace, run } = guest();
    trace.event('mmap', 0, 4, RW, MAP_FLAG.anonymous).ref('write', 0).ref('read', 1);
    run({ guestFaults: 2, tableWrites: 5 });
    trace.event('mprotect', 0, 4, PROT.read);
    run({ tableWrites: 1, invlpgs: 1 }); // page 1 is read-only already
    trace.event('mprotect', 0, 4, RW).ref('write', 0);
    run({ tableWrites: 1, invlpgs: 1 });
  });

  test('splits a 2 MiB page that is unmapped in part, and one that moves to an address that is not aligned', () => {
    const { trace, run, frameOf } = guest('2m');
    trace.event('mmap', 512, 512, RW, MAP_FLAG.anonymous).ref('write', 512);
    run({ guestFaults: 1, tableWrites: 3 });
    const first = frameOf(512);
    trace.event('mremap', 512, 512, 2049, 512);
    // 512 entries and the link of their table; 512 cleared and set again; a table for the old end of the new range and one for its
    // last page; the old table unlinked.
    run({ tableWrites: 513 + 2 * 512 + 2 + 1, cr3Writes: 1 });
    expect([frameOf(512), frameOf(2049), frameOf(2560)]).toEqual([-1, first, first + 511]);
  });

  test('grows a mapping in place over whatever was left behind it', () => {
    const { trace, run } = guest();
    trace.event('mmap', 0, 1, RW, MAP_FLAG.anonymous).event('mmap', 1, 1, RW, MAP_FLAG.anonymous).ref('write', 1);
    run({ guestFaults: 1, tableWrites: 4 });
    trace.event('mprotect', 1, 1, 0);
    run({ tableWrites: 1, invlpgs: 1 });
    trace.event('mremap', 0, 1, 0, 2).ref('write', 1); // unmapped with its three tables, then mapped anew
    run({ guestFaults: 1, tableWrites: 4 + 4, invlpgs: 1 });
  });

  test('keeps eight frames together for eight aligned pages, in whatever order and beside whom they are touched', () => {
    const { trace, run, frameOf } = guest('4k', 8);
    trace.event('fork', 1);
    for (const space of [0, 1]) {
      if (space === 1) trace.event('contextSwitch', 1);
      trace.event('mmap', 8, 16, RW, MAP_FLAG.anonymous);
    }
    for (const page of [15, 8, 16, 11]) {
      trace.event('contextSwitch', 0).ref('write', page);
      trace.event('contextSwitch', 1).ref('write', page);
    }
    trace.event('contextSwitch', 0);
    run({ guestFaults: 8, tableWrites: 2 * 3 + 8, cr3Writes: 1 + 10 }); // fork flushes; ten switches
    const first = frameOf(8);
    expect(first % 8).toBe(0);
    expect([frameOf(11), frameOf(15)]).toEqual([first + 3, first + 7]);
    expect(frameOf(16) % 8).toBe(0);
  });

  test('gives a block that was kept back when its last page is gone, and a page of it the same frame until then', () => {
    const { trace, run, frameOf } = guest('4k', 8);
    trace.event('mmap', 0, 8, RW, MAP_FLAG.anonymous).ref('write', 0).ref('write', 1);
    run({ guestFaults: 2, tableWrites: 5 });
    const first = frameOf(0);
    trace.event('munmap', 0, 1).event('mmap', 0, 1, RW, MAP_FLAG.anonymous).ref('write', 0);
    run({ guestFaults: 1, tableWrites: 2, invlpgs: 1 });
    expect(frameOf(0)).toBe(first);
    trace.event('munmap', 0, 8).event('mmap', 64, 8, RW, MAP_FLAG.anonymous).ref('write', 64);
    run({ guestFaults: 1, tableWrites: 2 + 3 + 4, invlpgs: 8 }); // the tables are gone too
    expect(frameOf(64)).toBe(first);
  });

  test('copies a page of a kept block that a child still has to a frame elsewhere', () => {
    const { trace, run, frameOf } = guest('4k', 8);
    trace.event('mmap', 0, 8, RW, MAP_FLAG.anonymous).ref('write', 0);
    run({ guestFaults: 1, tableWrites: 4 });
    const shared = frameOf(0);
    trace.event('fork', 1).ref('write', 0).ref('write', 1);
    run({ guestFaults: 2, tableWrites: 5 + 2 + 1, cr3Writes: 1, invlpgs: 1 });
    expect(frameOf(1)).toBe(shared + 1);
    expect(frameOf(0) - (frameOf(0) % 8)).not.toBe(shared);
  });
});
