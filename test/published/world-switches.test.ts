/**
 * World switches of a page fault in L2 that touches an n-level table, as the PVM paper counts them (SOSP 2023): 4n + 8 with L1's shadow tables,
 * 2n + 6 with its nested tables, 2n + 4 where L1 enters L2 without the hardware's help; exits of L0 2n + 4, n + 3 and 0.
 */
import { describe, expect, test } from 'vitest';
import type { NestedEventName } from '../../src/verify/nested/events.js';
import { parseFeatures } from '../../src/verify/nested/features.js';
import { replayEvent, stackOf } from '../../src/verify/nested/replay.js';
import { EVERY_STORE, faultInL2 } from '../../src/verify/nested/world-switches.js';

describe.each([1, 2, 3, 4])('a table of %i levels, every store to a shadowed table exits', (n) => {
  test('shadow on nested: 4n + 8 switches, 2n + 4 exits of L0', () => {
    expect(faultInL2('shadow', n, EVERY_STORE)).toMatchObject({ switches: 4 * n + 8, l0: 2 * n + 4 });
  });

  test('nested on nested: 2n + 6 switches, n + 3 exits of L0', () => {
    expect(faultInL2('nested', n, EVERY_STORE)).toMatchObject({ switches: 2 * n + 6, l0: n + 3 });
  });

  test('paravirtual on nested: 2n + 4 switches, no exit of L0', () => {
    expect(faultInL2('pvm', n, EVERY_STORE)).toMatchObject({ switches: 2 * n + 4, l0: 0 });
  });
});

test('4 levels: 24, 14 and 12 switches', () => {
  const modes = ['shadow', 'nested', 'pvm'] as const;
  expect(modes.map((mode) => faultInL2(mode, 4, EVERY_STORE).switches)).toEqual([24, 14, 12]);
});

describe("the same mechanism with KVM's policy", () => {
  const LEVELS = [1, 2, 3, 4];
  const exits = (mode: 'shadow' | 'nested') => LEVELS.map((n) => faultInL2(mode, n, {}).l0);

  test('shadow on nested: the store to the leaf table, which is out of sync, is free', () => {
    expect(exits('shadow')).toEqual(LEVELS.map((n) => 2 * n + 2));
  });

  test('nested on nested: a leaf table that was taken out of the tree has stayed out of sync', () => {
    expect(exits('nested')).toEqual([4, 4, 5, 6]);
  });

  test('where the tables are new, the number of levels does not matter: they are built before they are linked', () => {
    const cost = (event: NestedEventName, l1: string) => replayEvent(kvm(l1), event).l0Exits;
    for (const event of ['own-fault-1', 'own-fault-2', 'own-fault-3'] as const) expect(cost(event, 'npt=0')).toBe(24);
    const [side, gib] = [cost('touch-4k', 'npt=1'), cost('touch-1g', 'npt=1')];
    expect(gib - side).toBe(3); // of which none is a store to a table: frames that L0 maps again
  });
});

const kvm = (l1: string) => stackOf(parseFeatures('npt=1', '--l0'), parseFeatures(l1, '--l1'));
