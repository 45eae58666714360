import { expect, test } from 'vitest';
import { COSTS } from '../../src/config/costs/index.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { machineSchema } from '../../src/config/machine-schema.js';
import { newCounters } from '../../src/counters/counters.js';
import { breakEvenExitCycles } from '../../src/cost/break-even.js';
import { exitCycles, price } from '../../src/cost/cost-model.js';
import type { CellResult } from '../../src/run/cell-result.js';
import { EXIT_CAUSES, type ExitCause } from '../../src/vmm/exits.js';

const intelSkylake = machineSchema.parse(MACHINES['intel-skylake']);

const exitsOf = (exits: Partial<Record<ExitCause, number>>): CellResult['exits'] =>
  Object.assign(Object.fromEntries(EXIT_CAUSES.map((cause) => [cause, 0])), exits) as CellResult['exits'];

/** Skylake: L1 4 cycles, L2 12, L3 47, memory 173; a second-level TLB hit 7. */
const result = (exits: Partial<Record<ExitCause, number>>): CellResult => ({
  counters: { ...newCounters(), refs: 1000, l2TlbHits: 10, faultedWalkL1Refs: 5 },
  exits: exitsOf(exits),
  levels: [
    { dimension: 'guest', level: 2, served: [100, 0, 0, 0], walkCacheSkipped: 0, nestedTlbSkipped: 0 },
    { dimension: 'guest', level: 1, served: [0, 10, 2, 1], walkCacheSkipped: 0, nestedTlbSkipped: 0 },
  ],
});

test('a reference costs what served it, an exit its hardware and its software', () => {
  const cycles = price(result({ hiddenFault: 2, cpuid: 1 }), intelSkylake, COSTS['sandy-bridge-2011']);
  expect(cycles).toEqual({
    l2TlbHits: 70,
    walks: 400 + 120 + 94 + 173,
    faultedWalks: 20,
    exitHardware: 3 * 784,
    exitSoftware: 3 * 2216,
    total: 70 + 787 + 20 + 9000,
    perKiloRef: 9877,
  });
});

test('an exit costs 3,000 cycles in all on Sandy Bridge, as the paper that gives its hardware part assumes', () => {
  expect(exitCycles(COSTS['sandy-bridge-2011'])).toBe(3000);
});

test('at the break-even price both strategies cost the same', () => {
  const priced = (exits: number, walks: number) => ({
    exits,
    cycles: {
      l2TlbHits: 0,
      walks,
      faultedWalks: 0,
      exitHardware: 0,
      exitSoftware: exits * 9,
      total: walks + exits * 9,
      perKiloRef: 0,
    },
  });
  // 1,000 + 10 C = 100 + 100 C at C = 10
  expect(breakEvenExitCycles(priced(10, 1000), priced(100, 100))).toBe(10);
  expect(breakEvenExitCycles(priced(10, 1000), priced(10, 100))).toBeNull();
});
