/**
 * What one page walk costs on a processor, between two streams that the simulator replays: of neighbouring pages, whose table entries share
 * cache lines, and of pages far apart all over the footprint, no two of whose leaf entries do. Steady state: tables are built before.
 */
import type { Machine } from '../config/machine-schema.js';
import { runSchema } from '../config/schema.js';
import { COSTS } from '../config/costs/index.js';
import { price } from '../cost/cost-model.js';
import { CellAfterWarmUp } from '../run/after-warm-up.js';
import { generateTrace } from '../trace/generate.js';
import type { Configuration } from './configuration.js';
import { effectivePages } from './configuration.js';
import type { GUEST_PAGES, HOST_PAGES } from './page-sizes.js';
import { tlbEntries } from './tlb-entries.js';

/** Of one walk. */
export interface WalkCost {
  readonly refs: number;
  readonly cycles: number;
}

export interface WalkCosts {
  readonly near: WalkCost;
  readonly far: WalkCost;
}

/** The tables that a walk reads. */
export interface Layout {
  readonly paging: 'native' | 'nested';
  readonly guestPages: (typeof GUEST_PAGES)[number];
  readonly hostPages: (typeof HOST_PAGES)[number];
}

/** Shadow tables are walked as tables without a second dimension are, whose pages are the smaller of both. */
export function layoutOf({
  paging,
  guestPages,
  hostPages,
}: Pick<Configuration, 'guestPages' | 'hostPages'> & { paging: string }): Layout {
  if (paging === 'nested') return { paging, guestPages, hostPages };
  const small = paging === 'shadow' && effectivePages({ guestPages, hostPages }) === '4k';
  return { paging: 'native', guestPages: small ? '4k' : guestPages, hostPages: '4k' };
}

/** Entries of a leaf table in one 64-byte line. */
const LINE = 8;
/** Larger footprints are replayed as this one: their leaf tables are larger than any share of caches that we know of. */
const MOST_MIB = 4096;
const LEAST_MIB = 64;

/** Where costs of walks come from. */
export interface WalkPrices {
  of(machine: Machine, layout: Layout, footprintMib: number): WalkCosts;
}

/** One replay. */
export interface WalkTask {
  readonly machine: Machine;
  readonly layout: Layout;
  /** A power of two. */
  readonly footprintMib: number;
  readonly near: boolean;
}

/** Costs of walks, each replayed once. */
export class WalkCostTable implements WalkPrices {
  private readonly known = new Map<string, WalkCost>();
  private wanted: Map<string, WalkTask> | null = null;

  of(machine: Machine, layout: Layout, footprintMib: number): WalkCosts {
    const mib = 2 ** Math.ceil(Math.log2(Math.min(MOST_MIB, Math.max(LEAST_MIB, footprintMib))));
    const one = (near: boolean): WalkCost => this.one({ machine, layout, footprintMib: near ? LEAST_MIB : mib, near });
    return { near: one(true), far: one(false) };
  }

  /** Replays that some work would ask for, which is done with made-up costs. */
  missing(work: () => unknown): readonly WalkTask[] {
    const wanted = new Map<string, WalkTask>();
    this.wanted = wanted;
    try {
      work();
      return [...wanted.values()];
    } finally {
      this.wanted = null;
    }
  }

  set(task: WalkTask, cost: WalkCost): void {
    this.known.set(keyOf(task), cost);
  }

  private one(task: WalkTask): WalkCost {
    const key = keyOf(task);
    const found = this.known.get(key);
    if (found !== undefined) return found;
    if (this.wanted !== null) {
      this.wanted.set(key, task);
      return { refs: 1, cycles: 1 };
    }
    const made = replayWalks(task);
    this.known.set(key, made);
    return made;
  }
}

function keyOf({ machine, layout, footprintMib, near }: WalkTask): string {
  const { paging, guestPages, hostPages } = layout;
  return `${machine.name} ${paging} ${guestPages} ${hostPages} ${footprintMib} ${near}`;
}

export function replayWalks({ machine, layout, footprintMib, near }: WalkTask): WalkCost {
  const small = layout.guestPages === '4k' || (layout.paging === 'nested' && layout.hostPages === '4k');
  const pageBytes = small ? 2 ** 12 : 2 ** 21;
  const needed = 2 ** Math.ceil(Math.log2(4 * tlbEntries(machine, small ? '4k' : '2m')));
  const stepPages = (pageBytes / 4096) * (near ? 1 : LINE);
  // So many that no TLB holds them, and no more than that where more would change nothing.
  const steps = near ? needed : Math.max(needed, (footprintMib * 256) / stepPages);
  const regionPages = steps * stepPages;
  const stride = near ? stepPages : stepPages * scatter(steps);
  const trace = generateTrace('strided', {
    refs: 2 * steps,
    pages: regionPages,
    base: 2 ** 28,
    parameters: { stride: stride * 4096 },
  });
  const config = runSchema.parse({
    machine,
    costs: COSTS['sandy-bridge-2011'],
    guest: {
      pages: layout.guestPages === '4k' ? '4k' : '2m',
      // Neighbouring pages have neighbouring frames; pages far apart have not.
      frames: near ? 'sequential' : 'scattered',
      memoryMib: Math.max(1024, 2 ** Math.ceil(Math.log2(regionPages / 256 + 1))),
    },
    host: { pages: layout.paging === 'native' ? '4k' : layout.hostPages },
  });
  const { header, pages } = trace;
  const cell = new CellAfterWarmUp(
    { strategy: layout.paging, characteristics: header.characteristics, config },
    pages,
    steps,
  );
  for (const batch of trace.batches()) cell.replay(batch);
  const counted = cell.result();
  const { walks, walkRefs } = counted.counters;
  return { refs: walkRefs / walks, cycles: price(counted, machine, config.costs).walks / walks };
}

/** An odd number of steps near the golden section: each place is met once a round, and never next to those before. */
function scatter(steps: number): number {
  return Math.floor(steps * 0.618) | 1;
}
