/**
 * Results made by hand, with numbers for the head: a million references, a thousand walks, every table entry served by the
 * first-level cache in 5 cycles, 1000 + 1000 cycles for an exit.
 *
 * native: 4000 references = 20 000 cycles. shadow: the same and 200 exits = 420 000 cycles.
 * nested: 24 000 references and 100 exits = 320 000 cycles. Both cost the same when an exit costs 1000 cycles.
 */
import { MACHINES } from '../../src/config/machines/index.js';
import { machineSchema } from '../../src/config/machine-schema.js';
import { costsSchema, guestSchema, hostSchema, vmmSchema, type RunConfig } from '../../src/config/schema.js';
import { newCounters } from '../../src/counters/counters.js';
import { resultRow, type CellLabel, type ResultRow } from '../../src/report/result-row.js';
import type { CellResult, LevelRefs } from '../../src/run/cell-result.js';
import { noExits, type ExitCause } from '../../src/vmm/exits.js';

const REFS = 1e6;
const WALKS = 1000;
const LEVELS = [4, 3, 2, 1];

export const config: RunConfig = {
  machine: machineSchema.parse({
    ...MACHINES.yardstick,
    name: 'round',
    caches: { ...MACHINES.yardstick.caches, l1d: { kib: 32, ways: 8, cycles: 5 } },
  }),
  costs: costsSchema.parse({ name: 'even', source: 'test', exitHardwareCycles: 1000, exitSoftwareCycles: 1000 }),
  guest: { ...guestSchema.parse({}), memoryMib: 16_384 },
  host: hostSchema.parse({}),
  vmm: vmmSchema.parse({}),
  seed: 1,
};

type Exits = Partial<Record<ExitCause, number>>;

export function cell(levels: readonly LevelRefs[], exits: Exits): CellResult {
  const refs = (dimension: string): number =>
    levels.filter((own) => own.dimension === dimension).reduce((sum, { served }) => sum + served[0]!, 0);
  const counters = { ...newCounters(), refs: REFS, readRefs: REFS, walks: WALKS, tlbMisses: WALKS };
  counters.guestRefs = refs('guest');
  counters.nestedRefs = refs('nested');
  counters.shadowRefs = refs('shadow');
  counters.walkRefs = counters.guestRefs + counters.nestedRefs + counters.shadowRefs;
  counters.vmExits = Object.values(exits).reduce((sum, count) => sum + count, 0);
  return { counters, exits: { ...noExits(), ...exits }, levels };
}

/** Each of four levels read `perWalk` times in every walk. */
export function levels(dimension: LevelRefs['dimension'], perWalk: number): LevelRefs[] {
  return LEVELS.map((level) => ({
    dimension,
    level,
    served: [perWalk * WALKS, 0, 0, 0],
    walkCacheSkipped: 0,
    nestedTlbSkipped: 0,
  }));
}

export function rowsOf(label: Partial<CellLabel> = {}): [native: ResultRow, shadow: ResultRow, nested: ResultRow] {
  const shared = { trace: 'queue', exactness: 'exact', lines: false, config, ...label };
  return [
    resultRow({ ...shared, strategy: 'native', virtualized: false }, cell(levels('guest', 1), {})),
    resultRow(
      { ...shared, strategy: 'shadow', virtualized: true },
      cell(levels('shadow', 1), { hiddenFault: 150, tableWrite: 40, cr3Write: 10 }),
    ),
    resultRow(
      { ...shared, strategy: 'nested', virtualized: true },
      cell([...levels('guest', 1), ...levels('nested', 5)], { nestedFault: 100 }),
    ),
  ];
}
