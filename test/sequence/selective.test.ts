/** Selective paging: when the machine changes its mode, and what that costs. The exits expected are worked out in the comments. */
import { describe, expect, test } from 'vitest';
import { runSchema } from '../../src/config/schema.js';
import { SelectivePolicy } from '../../src/paging/selective/policy.js';
import { configOf } from '../support/machine.js';
import { handGuest, ROOT } from '../support/hand-guest.js';

const INTERVAL = 1000;

/** Page 5 is mapped and read. An exit counts as 100 table references. */
function guest(begin: 'shadow' | 'nested') {
  const hand = handGuest('selective', {
    vmm: { intervalRefs: INTERVAL, selective: { begin, exitRefs: 100, exitsPerMove: 1 } },
  });
  hand.map(5, 100);
  hand.trace.event('cr3Write', ROOT * 4096).ref('read', 5);
  return hand;
}

/** An interval with ten walks for page 5, each after an INVLPG. */
function walkTenTimes({ trace }: ReturnType<typeof guest>, thenRest = true): void {
  for (let at = 0; at < 10; at++) trace.event('invlpg', 5 * 4096).ref('read', 5);
  if (thenRest) trace.ref('read', 5, INTERVAL);
}

const ten = (cause: 'invlpg') => Array<typeof cause>(10).fill(cause);

describe('selective paging', () => {
  test('walks that cost more than exits would: from nested to shadow paging after the second such interval', () => {
    const hand = guest('nested');
    const { run, cell } = hand;
    run('nestedFault', 'nestedFault', 'nestedFault', 'nestedFault', 'nestedFault'); // 4 tables and the page
    walkTenTimes(hand);
    run(); // INVLPG does not exit; 10 walks of 24 references
    walkTenTimes(hand);
    run('policyTimer'); // the first interval is not judged
    expect(cell.result().counters.movesToShadow).toBe(0);
    walkTenTimes(hand, false);
    // At the first walk the second interval is over: 10 × (24 - 4) references saved, no fault, and 100 for the change. The shadow tables are empty.
    run('policyTimer', 'hiddenFault', ...ten('invlpg').slice(1));
    expect(cell.result().counters).toMatchObject({ movesToShadow: 1, movesToNested: 0 });
    expect(cell.result().counters.shadowRefs).toBe(10 * 4);
  });

  test('exits that cost more than walks would: from shadow to nested paging', () => {
    const hand = guest('shadow');
    const { run, cell } = hand;
    run('cr3Write', 'hiddenFault');
    walkTenTimes(hand);
    run(...ten('invlpg'));
    walkTenTimes(hand);
    run('policyTimer', ...ten('invlpg')); // not judged
    walkTenTimes(hand, false);
    // 10 exits × 100 against 10 × (24 - 4). Nested paging has no tables yet, and INVLPG no exits; the first had been executed before.
    run('policyTimer', 'invlpg', 'nestedFault', 'nestedFault', 'nestedFault', 'nestedFault', 'nestedFault');
    expect(cell.result().counters).toMatchObject({ movesToShadow: 0, movesToNested: 1 });
  });

  test('a page that both modes know is found in the same place', () => {
    const hand = guest('nested');
    for (let round = 0; round < 3; round++) {
      walkTenTimes(hand);
      hand.cell.replay(hand.trace.batch());
      expect(hand.cell.paging.translation.frame).toBe(hand.cell.platform.host.frameOf(100));
    }
    expect(hand.cell.result().counters.movesToShadow).toBe(1);
  });

  test('it begins in the mode that is configured, without a move', () => {
    expect(guest('shadow').cell.result().counters.movesToShadow).toBe(0);
  });
});

describe('the policy', () => {
  const { selective } = runSchema.parse(configOf()).vmm;
  const policy = () => new SelectivePolicy({ ...selective, exitRefs: 100, exitsPerFault: 3, exitsPerMove: 1 }, 4, 4);
  const nested = { walks: 100, walkRefs: 2400, faults: 0, exits: 0 };

  test('guest faults are weighed against walks: 3 exits each and 1 for the change, 100 references an exit', () => {
    const one = policy();
    one.next('nested', nested);
    expect(one.next('nested', { ...nested, faults: 7 })).toBe('nested'); // 100 × 20 references against 2200
    expect(one.next('nested', { ...nested, faults: 6 })).toBe('shadow'); // against 1900
  });

  test('what was measured takes the place of what was assumed: caches that save walks keep a machine nested', () => {
    const one = policy();
    one.next('nested', nested);
    expect(one.next('nested', { walks: 100, walkRefs: 400, faults: 0, exits: 0 })).toBe('nested');
  });

  test('shadow paging that was left at once is tried again after 2, 4, 8 … intervals', () => {
    const one = policy();
    const stays: number[] = [];
    for (let tries = 0; tries < 4; tries++) {
      let stay = 1;
      while (one.next('nested', nested) === 'nested') stay++;
      stays.push(stay);
      one.next('shadow', nested);
      expect(one.next('shadow', { walks: 0, walkRefs: 0, faults: 0, exits: 50 })).toBe('nested');
    }
    expect(stays).toEqual([2, 3, 5, 9]);
  });
});
