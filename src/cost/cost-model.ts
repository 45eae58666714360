/** Counts → cycles, without a replay. Pure: what was counted, the machine's latencies, the price of an exit. */
import type { Costs } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import type { CellResult } from '../run/cell-result.js';
import { EXIT_CAUSES, isVmExit, type ExitCause } from '../vmm/exits.js';

/** Cycles of translation by cause. What the guest's own kernel spends is the same under every strategy and left out. */
export interface CostBreakdown {
  /** Second-level TLB hits. */
  readonly l2TlbHits: number;
  /**
   * Table references of walks that ended in a translation, and of loads of PDPTE registers, each at the latency of what served it; and the
   * look-ups that hit in the walk cache and the nested TLB.
   */
  readonly walks: number;
  /** The same, of walks that ended in a fault. */
  readonly faultedWalks: number;
  /** Hardware round trips of all VM exits. */
  readonly exitHardware: number;
  /** VMM software of all VM exits: what their price has above the hardware's. And entries into the VMM that are none. */
  readonly exitSoftware: number;
  readonly total: number;
  readonly perKiloRef: number;
}

/** As much of a machine as prices need, in cycles. */
export interface Latencies {
  readonly tlb: { readonly l2HitCycles: number };
  readonly walkCache: { readonly cycles: number } | null;
  readonly nestedTlb: { readonly cycles: number } | null;
  readonly caches: {
    readonly l1d: { readonly cycles: number };
    readonly l2: { readonly cycles: number };
    readonly l3: { readonly cycles: number } | null;
    readonly memoryCycles: number;
  };
}

/** As much of a price file as prices need, in cycles. */
export type ExitPrices = Pick<Costs, 'exitHardwareCycles' | 'exitSoftwareCycles' | 'exitCyclesByCause' | 'entryCycles'>;

/** Cycles of translation without the VMM's. */
export function walkingCycles({ total, exitHardware, exitSoftware }: CostBreakdown): number {
  return total - exitHardware - exitSoftware;
}

/** Cycles of one exit, hardware and software, whose cause has no price of its own. */
export function exitCycles(costs: ExitPrices): number {
  return costs.exitHardwareCycles + costs.exitSoftwareCycles;
}

/** Cycles of one invocation of the VMM: a VM exit, or an entry without one, which costs the VMM's software where it has no price. */
export function invocationCycles(cause: ExitCause, costs: ExitPrices): number {
  if (isVmExit(cause)) return costs.exitCyclesByCause?.[cause] ?? exitCycles(costs);
  return costs.entryCycles ?? costs.exitSoftwareCycles;
}

/** Cycles of invocations by cause. */
export function invocationsCycles(counts: Readonly<Partial<Record<ExitCause, number>>>, costs: ExitPrices): number {
  return EXIT_CAUSES.reduce((sum, cause) => sum + (counts[cause] ?? 0) * invocationCycles(cause, costs), 0);
}

/** By what served them: l1, l2, l3, memory. */
type Served = readonly [number, number, number, number];

/** Latency of a table reference by what served it: l1, l2, l3, memory. */
function referenceCycles({ caches }: Latencies): Served {
  return [caches.l1d.cycles, caches.l2.cycles, caches.l3?.cycles ?? 0, caches.memoryCycles];
}

/** Cycles of references given by what served them. */
export function servedCycles(served: readonly number[], machine: Latencies): number {
  return referenceCycles(machine).reduce((sum, cycles, where) => sum + cycles * served[where]!, 0);
}

function faultedServed(counters: Counters): Served {
  const { faultedWalkL1Refs, faultedWalkL2Refs, faultedWalkL3Refs, faultedWalkMemoryRefs } = counters;
  return [faultedWalkL1Refs, faultedWalkL2Refs, faultedWalkL3Refs, faultedWalkMemoryRefs];
}

function loadServed(counters: Counters): Served {
  const { pdpteLoadL1Refs, pdpteLoadL2Refs, pdpteLoadL3Refs, pdpteLoadMemoryRefs } = counters;
  return [pdpteLoadL1Refs, pdpteLoadL2Refs, pdpteLoadL3Refs, pdpteLoadMemoryRefs];
}

/** Cycles of the look-ups that saved references. */
function savedCycles({ walkCacheHits, nestedTlbHits }: Counters, { walkCache, nestedTlb }: Latencies): number {
  return walkCacheHits * (walkCache?.cycles ?? 0) + nestedTlbHits * (nestedTlb?.cycles ?? 0);
}

/**
 * Cycles of what was counted, with the latencies of a machine and prices of exits: no replay. The counts depend on the machine's TLBs and caches,
 * so the machine may differ from the one of the replay in latencies only.
 */
export function price(result: CellResult, machine: Latencies, costs: ExitPrices): CostBreakdown {
  const { counters, exits, levels } = result;
  const l2TlbHits = counters.l2TlbHits * machine.tlb.l2HitCycles;
  const made = levels.reduce((sum, { served }) => sum + servedCycles(served, machine), 0);
  const walks = made + savedCycles(counters, machine) + servedCycles(loadServed(counters), machine);
  const faultedWalks = servedCycles(faultedServed(counters), machine);
  const exitHardware = costs.exitHardwareCycles * vmExits(exits);
  const exitSoftware = invocationsCycles(exits, costs) - exitHardware;
  const total = l2TlbHits + walks + faultedWalks + exitHardware + exitSoftware;
  const perKiloRef = counters.refs === 0 ? 0 : (1000 * total) / counters.refs;
  return { l2TlbHits, walks, faultedWalks, exitHardware, exitSoftware, total, perKiloRef };
}

function vmExits(exits: CellResult['exits']): number {
  return EXIT_CAUSES.reduce((sum, cause) => sum + (isVmExit(cause) ? exits[cause] : 0), 0);
}
