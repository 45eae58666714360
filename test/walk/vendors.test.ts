import { expect, test } from 'vitest';
import { ACCESS, DEFAULT_CONTROLS, FAULT } from '../../src/mmu/dimension.js';
import { WALK } from '../../src/mmu/walker.js';
import { buildNative, buildNested } from '../../src/verify/tables.js';

const BIT_8 = 0x100;
const ACCESSED = 0x20;

test.each(['4level', '5level'] as const)(
  'bit 8 of the root of %s tables is reserved by AMD and ignored by Intel',
  (mode) => {
    for (const bit8Reserved of [false, true]) {
      const { walker, vpn, guest } = buildNative(mode, 1, 0x1_2345);
      const { levels } = guest.format;
      guest.write(guest.root, 0, guest.low(guest.root, 0) | BIT_8, guest.high(guest.root, 0));
      walker.guest.setControls({ ...DEFAULT_CONTROLS, bit8Reserved });
      expect(walker.walk(vpn, ACCESS.user)).toBe(bit8Reserved ? WALK.guestFault : WALK.ok);
      if (bit8Reserved)
        expect([walker.errorCode, walker.lastLevel]).toEqual([FAULT.present | FAULT.reserved | ACCESS.user, levels]);
    }
  },
);

test('accessed bits: a walk that faults at its leaf leaves them alone, or has set them on the way, as the machine has it', () => {
  for (const earlyAccessed of [false, true]) {
    const { walker, vpn, guest } = buildNative('4level', 1, 0x1_2345);
    walker.guest.setControls({ ...DEFAULT_CONTROLS, earlyAccessed });
    guest.unset(vpn);
    const tables = [4, 3, 2].map((level) => guest.find(vpn, level));
    const entry = (table: number): number => guest.low(table, walker.pathIndex(4 - tables.indexOf(table)));
    walker.walk(vpn, ACCESS.user);
    for (const table of tables)
      guest.write(table, walker.pathIndex(4 - tables.indexOf(table)), entry(table) & ~ACCESSED, 0);
    expect(walker.walk(vpn, ACCESS.user)).toBe(WALK.guestFault);
    for (const table of tables) expect((entry(table) & ACCESSED) !== 0).toBe(earlyAccessed);
  }
});

test('both ways of setting accessed bits give the same answers and leave the same tables, once a walk completes', () => {
  const after = (earlyAccessed: boolean): number[] => {
    const { walker, vpn, guest } = buildNested('4level', 1, '4level', 1, 0x1_2345);
    for (const tables of [walker.guest, walker.host!]) tables.setControls({ ...DEFAULT_CONTROLS, earlyAccessed });
    for (const level of [4, 3, 2, 1]) {
      const table = guest.find(vpn, level);
      walker.walk(vpn, ACCESS.user);
      guest.write(table, walker.pathIndex(level), guest.low(table, walker.pathIndex(level)) & ~ACCESSED, 0);
    }
    expect(walker.walk(vpn, ACCESS.user | ACCESS.write)).toBe(WALK.ok);
    return [walker.frame, walker.refs, ...[...walker.memory.words].filter((word) => word !== 0)];
  };
  expect(after(true)).toEqual(after(false));
});
