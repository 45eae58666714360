/**
 * Cycles of an update of GUPS on Cascade Lake, as the processors of the Mitosis and vMitosis artifacts are, with its table mapped beforehand.
 *
 * The table has 2^20 pages where theirs have 2^24 and more: the second TLB level and the second and third caches are a sixteenth of the machine's, so that pages by TLB
 * entry and bytes of tables by bytes of cache are those of 64 GiB. An update waits for its word, which no cache has, and for its translation; nothing overlaps.
 */
import { configOf } from './replay.js';
import { price } from '../../cost/cost-model.js';
import type { StrategyName } from '../../paging/names.js';
import type { CellResult } from '../../run/cell-result.js';
import { Cell } from '../../run/cell.js';
import { eventTrace } from '../../trace/generate-events.js';
import { eventGenerator } from '../../trace/generators/event-generator.js';
import { CODE, MEMORY, startProgram, takeMemory } from '../../trace/generators/program.js';
import { Xorshift128 } from '../../trace/generators/random.js';
import { once } from './once.js';

export const WORKLOAD =
  'random updates of a table of 4 GiB that is mapped; second TLB level, L2 and L3 scaled with it from 64 GiB';

const PAGES = 2 ** 20;
const UPDATES = 400_000;
const SCALED = ['machine.tlb.l2.unified.4k+2m.entries=96', 'machine.caches.l2.kib=64', 'machine.caches.l3.kib=2464'];

export interface UpdateCycles {
  readonly translation: number;
  readonly total: number;
}

export type PageSize = '4k' | '2m';

const table = eventGenerator({
  description: 'updates of random pages of a table that is mapped',
  source: 'user',
  begin(script) {
    const random = new Xorshift128(1);
    startProgram(script);
    takeMemory(script, PAGES);
    return () => {
      script.reference('fetch', CODE);
      const page = MEMORY + random.below(PAGES);
      script.reference('read', page);
      script.reference('write', page);
    };
  },
});

/** By strategy and the page size of guest and host. */
export const updateCycles = once((strategy: StrategyName, size: PageSize): UpdateCycles => {
  const frames = ['guest.frames=scattered', 'guest.memoryMib=8192'];
  const config = configOf({
    machine: 'intel-cascadelake',
    guestPages: size,
    hostPages: size,
    set: [...SCALED, ...frames],
  });
  const trace = eventTrace(table, { operations: UPDATES }, 'gups', 'gups');
  const cell = new Cell({ strategy, characteristics: trace.header.characteristics, config }, trace.pages);
  let before: CellResult | null = null;
  for (const batch of trace.batches()) {
    cell.replay(batch);
    if (cell.counters.refs >= PAGES) before ??= cell.result();
  }
  const cyclesOf = (result: CellResult): number => price(result, config.machine, config.costs).total;
  const after = cell.result();
  const updates = (after.counters.refs - before!.counters.refs) / 3;
  const translation = (cyclesOf(after) - cyclesOf(before!)) / updates;
  const { l1d, memoryCycles } = config.machine.caches;
  return { translation, total: translation + memoryCycles + l1d.cycles };
});
