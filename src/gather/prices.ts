/** The prices that rows were recorded at: of the configuration that a manifest has, or of a preset; checked against the recorded cycles. */
import { COSTS } from '../config/costs/index.js';
import { MACHINES } from '../config/machines/index.js';
import { machineSchema, type MachineInput } from '../config/machine-schema.js';
import { lookUp } from '../config/names.js';
import { withChange } from '../config/resolve.js';
import type { Costs } from '../config/schema.js';
import { price, type Latencies } from '../cost/cost-model.js';
import { UsageError } from '../errors.js';
import { countedOf } from '../report/counted.js';
import type { Point, ResultRow } from '../report/result-row.js';
import type { RowPrices } from './page-data.js';

/** As much of a configuration as prices are. */
interface Configured {
  readonly machine: Latencies & { readonly name: string };
  readonly costs: Costs;
}

/** Cycles are sums of whole counts times prices: what differs by more than their rounding has another price. */
const ROUNDING = 1e-9;

/**
 * null: none of the configurations gives the cycles of the row.
 * @param configured of the manifest; null where there is none: then the presets that the row names
 */
export function pricesOf(row: ResultRow, configured: readonly Configured[] | null): RowPrices | null {
  const candidates =
    configured === null ? presets(row) : configured.filter(({ machine }) => machine.name === row.machine);
  for (const candidate of candidates) {
    const prices = pricesAt(candidate, row.point);
    if (prices !== null && agrees(row, prices)) return prices;
  }
  return null;
}

function presets({ machine, costs }: ResultRow): Configured[] {
  if (!Object.hasOwn(MACHINES, machine) || !Object.hasOwn(COSTS, costs)) return [];
  const preset: MachineInput = lookUp(MACHINES, machine, 'machine');
  return [{ machine: machineSchema.parse(preset), costs: lookUp<Costs>(COSTS, costs, 'costs') }];
}

/** With the values of a sweep's axes that are prices; null where an axis has a value that is none. */
function pricesAt(configured: Configured, point: Point): RowPrices | null {
  let { machine, costs } = configured;
  for (const [path, text] of Object.entries(point)) {
    if (!PRICED.test(path)) continue;
    const value = Number(text);
    if (text === '' || !Number.isFinite(value)) return null;
    const changed = changedAt({ machine, costs }, path, value);
    if (changed === null) return null;
    ({ machine, costs } = changed);
  }
  const { l1d, l2, l3, memoryCycles } = machine.caches;
  const { exitHardwareCycles, exitSoftwareCycles, exitCyclesByCause, entryCycles } = costs;
  return {
    latencies: {
      tlb: { l2HitCycles: machine.tlb.l2HitCycles },
      walkCache: cyclesOf(machine.walkCache),
      nestedTlb: cyclesOf(machine.nestedTlb),
      caches: { l1d: { cycles: l1d.cycles }, l2: { cycles: l2.cycles }, l3: cyclesOf(l3), memoryCycles },
    },
    exits: {
      exitHardwareCycles,
      exitSoftwareCycles,
      ...(exitCyclesByCause === undefined ? {} : { exitCyclesByCause }),
      ...(entryCycles === undefined ? {} : { entryCycles }),
    },
  };
}

/** null: the configuration has no such path. */
function changedAt(configured: Configured, path: string, value: number): Configured | null {
  try {
    return withChange(configured, path.split('.'), () => value, path) as Configured;
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** Paths of the configuration that are cycles. */
const PRICED = /^(costs|machine)\.(\w+\.)*\w*[cC]ycles(ByCause\.\w+)?$/;

function cyclesOf(part: { readonly cycles: number } | null): { cycles: number } | null {
  return part === null ? null : { cycles: part.cycles };
}

function agrees(row: ResultRow, { latencies, exits }: RowPrices): boolean {
  const { total } = price(countedOf(row), latencies, exits);
  return Math.abs(total - row.cycles.total) <= ROUNDING * row.cycles.total;
}
