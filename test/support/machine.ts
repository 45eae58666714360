/** Cells on small machines, and their translations as the TLB and the tables see them. */
import { COSTS } from '../../src/config/costs/index.js';
import { yardstick } from '../../src/config/machines/yardstick.js';
import type { MachineInput } from '../../src/config/machine-schema.js';
import { runSchema, type RunConfig } from '../../src/config/schema.js';
import type { z } from 'zod';

/** Few entries, so that short histories evict; one L2 array for both page sizes. */
export const TINY: MachineInput = {
  ...yardstick,
  name: 'tiny',
  tlb: {
    l1i: { '4k': { entries: 4, ways: 2 }, '2m': { entries: 2, ways: 0 } },
    l1d: { shared: { entries: 8, ways: 0 } },
    l2: { unified: { shared: { entries: 16, ways: 4 } } },
    l2HitCycles: 7,
  },
};

/** With VT-x, whose controls are richer. */
export const TINY_VTX: MachineInput = {
  ...TINY,
  vendor: 'intel',
  paging: { ...TINY.paging, maxPhyAddr: 46 },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: false, pdptes: 'registers' },
};

export function configOf(overrides: Partial<z.input<typeof runSchema>> = {}): RunConfig {
  return runSchema.parse({ machine: TINY, costs: COSTS['epyc-2020'], ...overrides });
}
