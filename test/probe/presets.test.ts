import { describe, expect, test } from 'vitest';
import { MACHINES } from '../../src/config/machines/index.js';
import type { Machine } from '../../src/config/machine-schema.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { knees } from '../../src/probe/knees.js';
import { LONG } from '../long.js';
import { modelledCurve } from '../../src/probe/model.js';

/** Entries for 4 KiB pages of a level, over all its arrays. */
function entriesOf(level: Readonly<Record<string, { entries: number } | null | undefined>>): number {
  return Object.entries(level).reduce(
    (sum, [sizes, array]) => sum + (/4k|shared/.test(sizes) && array ? array.entries : 0),
    0,
  );
}

function expected({ tlb }: Machine): [first: number, second: number | null] {
  const first = entriesOf('load' in tlb.l1d ? tlb.l1d.load : tlb.l1d);
  if (tlb.l2 === null) return [first, null];
  return [first, entriesOf('unified' in tlb.l2 ? tlb.l2.unified : tlb.l2.data)];
}

/** A sixth of them in the short form. */
const SHORT = Object.keys(MACHINES).filter((_, at) => at % 6 === 0);

describe('the chase on a simulated machine tells the entries of its data TLB', () => {
  test.each(LONG ? Object.keys(MACHINES) : SHORT)('%s', (machine) => {
    const config = resolveConfig({ machine }, () => '');
    const { curve, apart } = modelledCurve(config, 8192);
    const { first, second } = knees(curve, apart);
    expect([first?.entries, second?.entries ?? null]).toEqual(expected(config.machine));
  });
});
