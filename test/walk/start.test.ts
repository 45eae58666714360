import { expect, test } from 'vitest';
import { ACCESS, FAULT } from '../../src/mmu/dimension.js';
import { WALK } from '../../src/mmu/walker.js';
import { buildNative, buildNested } from '../formula/tables.js';

const start = { level: 0, table: 0, system: 0, rights: 0, anyHigh: 0 };

test.each([4, 3, 2, 1])(
  'a walk that begins at the level-%i table reaches the same page with fewer references',
  (level) => {
    const { walker, vpn, frame } = buildNested('4level', 1, '4level', 1, 0x1_2345);
    expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.ok);
    walker.keepStart(level, start);
    expect(walker.walk(vpn, ACCESS.user | ACCESS.write, start)).toBe(WALK.ok);
    // One guest reference at each level, nested walks for all but the first table, and one for the data.
    expect([walker.frame, walker.refs]).toEqual([frame, level + 4 * level]);
    start.system = -1;
    expect(walker.walk(vpn, ACCESS.user, start)).toBe(WALK.ok);
    expect([walker.frame, walker.refs]).toEqual([frame, 5 * level + 4]);
  },
);

test('rights of the entries above the start still count', () => {
  const { walker, vpn } = buildNative('4level', 1, 0x1_2345);
  expect(walker.walk(vpn, ACCESS.user | ACCESS.write)).toBe(WALK.ok);
  walker.memory.words[walker.pathWord[4]!]! &= ~2;
  expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.ok);
  walker.keepStart(1, start);
  expect(walker.walk(vpn, ACCESS.user | ACCESS.write, start)).toBe(WALK.guestFault);
  expect([walker.errorCode, walker.refs]).toEqual([FAULT.present | ACCESS.user | ACCESS.write, 1]);
});
