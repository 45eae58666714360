import { expect, test } from 'vitest';
import { walkLabels } from '../../src/verify/walk-labels.js';

/** The walk as published: guest levels from the root G1 to G4, each entry found through nested levels H1..H4, then the data. */
const ORDER_24 =
  'G1H1 G1H2 G1H3 G1H4 G1 G2H1 G2H2 G2H3 G2H4 G2 G3H1 G3H2 G3H3 G3H4 G3 G4H1 G4H2 G4H3 G4H4 G4 UDH1 UDH2 UDH3 UDH4';
const ORDER_15 = 'G1H1 G1H2 G1H3 G1 G2H1 G2H2 G2H3 G2 G3H1 G3H2 G3H3 G3 UDH1 UDH2 UDH3';

test('the 24 references of a 4K-on-4K walk are made in the published order', () => {
  expect(walkLabels(1, 1, 0x1_2345).join(' ')).toBe(ORDER_24);
});

test('the 15 references of a 2M-on-2M walk are made in the published order', () => {
  expect(walkLabels(2, 2, 0x1_2345).join(' ')).toBe(ORDER_15);
});
