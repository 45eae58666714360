/** Tags that change in the midst of a run of references, at a fault: what comes after is looked up under the new ones. */
import { expect, test } from 'vitest';
import { Cell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { configOf, TINY } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

/** Misses of two pages that are read after a copy-on-write fault, for which the VMM empties the guest. */
function missesAfterFault(flushByAsid: boolean): number {
  const trace = new TraceBuilder().event('mmap', 16, 8, PROT.read | PROT.write, MAP_FLAG.anonymous);
  for (const page of [16, 17, 18]) trace.ref('write', page);
  trace.event('fork', 1);
  const config = configOf({ machine: { ...TINY, flushByAsid }, guest: { memoryMib: 64 } });
  const cell = new Cell({ strategy: 'shadow', characteristics: USER, config }, trace.pages);
  cell.replay(trace.ref('read', 16).ref('read', 17).ref('read', 18).batch());
  const before = cell.result().counters.tlbMisses;
  cell.replay(trace.ref('write', 16).ref('read', 17).ref('read', 18).batch());
  return cell.result().counters.tlbMisses - before;
}

test('by a new ASID a guest loses what it loses by a flush of its own', () => {
  // The write finds its page without the right to be written: that is no miss.
  expect([missesAfterFault(true), missesAfterFault(false)]).toEqual([2, 2]);
});
