/**
 * Page faults filtered by their error code (PFEC mask and match 1: exit if the page is present), event by event. The guest's faults on pages
 * that its own tables lack go to it without the VMM, and nothing else does. Linux c7addb902054.
 */
import { describe, expect, test } from 'vitest';
import type { StrategyName } from '../../src/paging/index.js';
import { exitsOf } from '../published/exits.js';
import { ACCESSED, DIRTY, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';
import { configOf, TINY_VTX } from '../support/machine.js';

const guest = (strategy: StrategyName, pfecFilter = true) =>
  handGuest(strategy, { machine: TINY_VTX, vmm: { pfecFilter, prefetch: 1 } });
const at = (page: number) => page * 4096;

describe('a table in sync', () => {
  test.each([true, false])('filter %s: a fault on an absent page is the one exit that is saved', (filter) => {
    const { trace, run, map } = guest('write-protect', filter);
    map(5, 100);
    trace.event('cr3Write', at(ROOT)).ref('read', 5);
    run('cr3Write', 'hiddenFault'); // page 5 is the guest's: its shadow traps until it is filled
    trace.event('pageFault', at(6));
    run(...(filter ? [] : (['guestFault'] as const)));
    map(6, 101);
    run('tableWrite'); // and now the shadow of page 6 traps
    trace.ref('read', 6);
    run('hiddenFault');
  });

  test('a page that the guest takes away is absent in the shadow too, one that it puts back is not', () => {
    const { trace, run, map } = guest('write-protect');
    map(5, 100);
    trace.event('cr3Write', at(ROOT)).ref('read', 5);
    run('cr3Write', 'hiddenFault');
    trace.event('tableWrite', 1, entryAt(LEAF_TABLE, 5), 0).event('invlpg', at(5)).event('pageFault', at(5));
    run('tableWrite', 'invlpg');
    map(5, 102);
    trace.ref('read', 5);
    run('tableWrite', 'hiddenFault');
  });

  test('faults for lack of a right exit: the page is present', () => {
    const { trace, run, map } = guest('write-protect');
    map(5, 100, (PWU & ~2n) | ACCESSED | DIRTY);
    trace.event('cr3Write', at(ROOT)).ref('read', 5).event('pageFault', at(5));
    run('cr3Write', 'hiddenFault', 'guestFault');
  });
});

test('a table out of sync traps throughout, and is silent again once it is in sync', () => {
  const { trace, run, map } = guest('shadow');
  map(5, 100);
  trace.event('cr3Write', at(ROOT)).ref('read', 5).event('pageFault', at(6));
  run('cr3Write', 'hiddenFault');
  map(6, 101);
  trace.event('pageFault', at(7));
  run('unsync', 'guestFault'); // the VMM does not see what becomes of page 7, so its shadow may not say that it is absent
  trace.event('cr3Write', at(ROOT)).event('pageFault', at(7));
  run('cr3Write');
});

test('E7: with the filter a first touch costs w + 1 exits instead of 1 + w + 1', () => {
  const config = (pfecFilter: boolean) => configOf({ machine: TINY_VTX, vmm: { pfecFilter } });
  const touches = (filter: boolean) => exitsOf('write-protect', 'mmap-touch-munmap', 20, { pages: 4 }, config(filter));
  const { guestFault, ...others } = touches(false);
  expect(guestFault).toBe(20 * 4);
  expect(touches(true)).toEqual(others);
});

test('faults at an address that stays unmapped: none exits; copies on write all do', () => {
  const config = configOf({ machine: TINY_VTX, vmm: { pfecFilter: true } });
  const plain = configOf({ machine: TINY_VTX });
  expect(exitsOf('write-protect', 'pgfault', 50, {}, config)).toEqual({});
  const storm = exitsOf('write-protect', 'cow-storm', 20, { pages: 8 }, plain);
  expect(storm.guestFault).toBeGreaterThanOrEqual(20 * 8);
  expect(exitsOf('write-protect', 'cow-storm', 20, { pages: 8 }, config)).toEqual(storm);
});
