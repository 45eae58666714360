/** Can series be told apart without their colours? */
import { expect, test } from 'vitest';
import { STYLES } from '../../src/figures/style.js';

test.each(['shape', 'dash', 'hatch'] as const)('no two series have the same %s', (what) => {
  expect(new Set(STYLES.map((style) => style[what])).size).toBe(STYLES.length);
});
