import { expect, test } from 'vitest';
import { ACCESS } from '../../src/mmu/dimension.js';
import { buildNested } from '../../src/verify/tables.js';

/** The walk as published: guest levels from the root G1 to G4, each entry found through nested levels H1..H4, then the data. */
const ORDER_24 =
  'G1H1 G1H2 G1H3 G1H4 G1 G2H1 G2H2 G2H3 G2H4 G2 G3H1 G3H2 G3H3 G3H4 G3 G4H1 G4H2 G4H3 G4H4 G4 UDH1 UDH2 UDH3 UDH4';
const ORDER_15 = 'G1H1 G1H2 G1H3 G1 G2H1 G2H2 G2H3 G2 G3H1 G3H2 G3H3 G3 UDH1 UDH2 UDH3';

/** Labels of a walk's references: levels counted from the root, nested ones named after the guest entry they find. */
function labels(guestLevel: number, hostLevel: number): string {
  const { walker, vpn } = buildNested('4level', guestLevel, '4level', hostLevel, 0x1_2345);
  const made: string[] = [];
  let entry = 1;
  walker.observer = {
    reference(dimension, level) {
      if (dimension === 0) entry = Number(made[made.push(`G${5 - level}`) - 1]!.slice(1)) + 1;
      else made.push(`${entry > 5 - guestLevel ? 'UD' : `G${entry}`}H${5 - level}`);
    },
    update() {
      throw new Error('accessed and dirty bits are set already');
    },
  };
  walker.walk(vpn, ACCESS.user);
  return made.join(' ');
}

test('the 24 references of a 4K-on-4K walk are made in the published order', () => {
  expect(labels(1, 1)).toBe(ORDER_24);
});

test('the 15 references of a 2M-on-2M walk are made in the published order', () => {
  expect(labels(2, 2)).toBe(ORDER_15);
});
