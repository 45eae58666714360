/** Every operation, in every way, on every generation: exits, cycles, and the multiple of bare metal. */
import { COSTS } from '../../config/costs/index.js';
import { lookUp } from '../../config/names.js';
import { exitCycles, invocationsCycles } from '../../cost/cost-model.js';
import type { Progress } from '../experiment.js';
import type { Costs } from '../../config/schema.js';
import type { AnyStrategy } from '../../paging/index.js';
import { count, type Counted } from './count.js';
import { NATIVE_PRICES, type Era, type NativePrice } from './native-prices.js';
import { OPERATION_NAMES, OPERATIONS, type Operation, type OperationName } from './operations.js';
import { WAY_NAMES, WAYS, type Generation, type Way, type WayName } from './ways.js';

export interface PriceRow {
  readonly operation: OperationName;
  readonly way: WayName;
  readonly generation: Generation;
  /** What keeps the way from being run there; null where it was. */
  readonly excluded: string | null;
  readonly exits: number;
  readonly entries: number;
  /** What the VMM adds to the operation, and what it has cost before; null where that is not known. */
  readonly added: number;
  readonly native: NativePrice | null;
  /** The price of bare metal is of another generation. */
  readonly borrowed: boolean;
  readonly multiple: number | null;
}

/** @param generations all, or a part */
export function priceTable(generations: readonly Generation[], progress: Progress): PriceRow[] {
  return generations.flatMap((generation) => {
    const reflected = exitsOfOne(generation);
    return OPERATION_NAMES.flatMap((operation) => {
      const counts = new Map<AnyStrategy, Counted | string>();
      for (const { strategy } of Object.values(WAYS))
        if (!counts.has(strategy)) counts.set(strategy, count(operation, strategy, generation));
      const bare = counts.get('native') as Counted;
      progress(generations.length * OPERATION_NAMES.length);
      return WAY_NAMES.map((way) =>
        priced(operation, way, generation, bare, counts.get(WAYS[way].strategy)!, reflected),
      );
    });
  });
}

export function rowOf(rows: readonly PriceRow[], operation: OperationName, way: WayName, machine: string): PriceRow {
  return rows.find((row) => row.operation === operation && row.way === way && row.generation.machine === machine)!;
}

/** Exits to L0 that one exit of a guest of a guest hypervisor costs: CPUID's. */
function exitsOfOne(generation: Generation): number {
  const stacks = (['shadow-on-nested', 'shadow-on-shadow'] as const).map((way) => count('cpuid', way, generation));
  const ran = stacks.find((counted) => typeof counted !== 'string');
  return ran?.exits ?? 0;
}

function priced(
  operation: OperationName,
  way: WayName,
  generation: Generation,
  bare: Counted,
  counted: Counted | string,
  reflected: number,
): PriceRow {
  const { price: native, borrowed } = nativePrice(operation, generation.era);
  const row = { operation, way, generation, native, borrowed };
  if (typeof counted === 'string') return { ...row, excluded: counted, exits: 0, entries: 0, added: 0, multiple: null };
  const costs = lookUp<Costs>(COSTS, generation.costs, 'costs');
  const { kernelUsesTheMode }: Way = WAYS[way];
  const mode = modeExits(way, counted, reflected);
  // On bare metal nobody emulates anything: the kernel itself is on the other side.
  const each = kernelUsesTheMode === 'on bare metal' ? costs.exitHardwareCycles : exitCycles(costs);
  const added = invocationsCycles(counted.invocations, costs) + mode * each + counted.walking - bare.walking;
  const exits = counted.exits + mode;
  const multiple = native === null ? null : (native.cycles + added) / native.cycles;
  return { ...row, excluded: null, exits, entries: counted.entries, added, multiple };
}

/** Entries to a kernel that runs its processes in the mode are exits; in a virtual machine each is reflected. */
function modeExits(way: WayName, { kernelEntries }: Counted, reflected: number): number {
  const { kernelUsesTheMode }: Way = WAYS[way];
  if (kernelUsesTheMode === undefined) return 0;
  return kernelUsesTheMode === 'on bare metal' ? kernelEntries : kernelEntries * reflected;
}

function nativePrice(operation: OperationName, era: Era): { price: NativePrice | null; borrowed: boolean } {
  const { native }: Operation = OPERATIONS[operation];
  if (native === null) return { price: null, borrowed: false };
  const prices: Partial<Record<Era, NativePrice>> = NATIVE_PRICES[native];
  const own = prices[era];
  const other = prices[era === 'prescott' ? 'cascade-lake' : 'prescott'];
  return { price: own ?? other ?? null, borrowed: own === undefined };
}
