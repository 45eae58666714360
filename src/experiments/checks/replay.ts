/** Replays that checks have in common: a generated trace on one configuration, whole or from a reference on, with its price. */
import { resolveConfig, type ConfigInput } from '../../config/resolve.js';
import type { RunConfig } from '../../config/schema.js';
import { price } from '../../cost/cost-model.js';
import type { WalkObserver } from '../../mmu/walk-observer.js';
import type { StrategyName } from '../../paging/index.js';
import type { CellResult } from '../../run/cell-result.js';
import { Cell } from '../../run/cell.js';
import { rowAfter, rowsFrom, type EventBatch } from '../../trace/event.js';
import type { GeneratedTrace } from '../../trace/generate.js';

/** Presets and settings only: checks read no files. */
export function configOf(input: ConfigInput): RunConfig {
  return resolveConfig(input);
}

/** A trace that can be replayed again and again. */
export interface Recorded extends Pick<GeneratedTrace, 'header' | 'pages'> {
  readonly batches: readonly EventBatch[];
}

export function recorded(trace: GeneratedTrace): Recorded {
  const batches = [...trace.batches()];
  return { header: trace.header, pages: trace.pages, batches };
}

export function replayed(
  trace: Recorded,
  strategy: StrategyName,
  config: RunConfig,
  observer: WalkObserver | null = null,
): CellResult {
  const cell = cellOf(trace, strategy, config);
  cell.platform.walker.observer = observer;
  for (const batch of trace.batches) cell.replay(batch);
  return cell.result();
}

/** What a stretch of a trace counted and cost. */
export interface Stretch {
  readonly refs: number;
  /** Walks that ended in a translation. */
  readonly walks: number;
  /** Their references, by what served them: l1, l2, l3, memory. */
  readonly served: readonly number[];
  readonly exits: number;
  readonly moves: number;
  /** Cycles of all walks and of second-level TLB hits. */
  readonly walking: number;
  /** These, and those of the VMM. */
  readonly total: number;
}

/** What comes after so many references. */
export function afterWarmUp(trace: Recorded, refs: number, strategy: StrategyName, config: RunConfig): Stretch {
  const { warm, whole } = warmAndWhole(trace, refs, strategy, config);
  return difference(stretchOf(whole, config), stretchOf(warm, config));
}

/** What is counted when so many references are over, and at the end. @param observer sees what comes between the two */
export function warmAndWhole(
  trace: Recorded,
  refs: number,
  strategy: StrategyName,
  config: RunConfig,
  observer: WalkObserver | null = null,
): { warm: CellResult; whole: CellResult } {
  const cell = cellOf(trace, strategy, config);
  const { before, after } = cut(trace.batches, refs);
  for (const batch of before) cell.replay(batch);
  const warm = cell.result();
  cell.platform.walker.observer = observer;
  for (const batch of after) cell.replay(batch);
  return { warm, whole: cell.result() };
}

/** Batches up to the row in which so many references are over, and those behind it. */
function cut(batches: readonly EventBatch[], refs: number): { before: EventBatch[]; after: EventBatch[] } {
  const before: EventBatch[] = [];
  const after: EventBatch[] = [];
  let left = refs;
  for (const batch of batches) {
    const over = rowAfter(batch, left);
    left = over.left;
    before.push(rowsFrom(batch, 0, over.row));
    after.push(rowsFrom(batch, over.row));
  }
  return { before, after };
}

function cellOf({ header, pages }: Recorded, strategy: StrategyName, config: RunConfig): Cell {
  return new Cell({ strategy, characteristics: header.characteristics, config }, pages);
}

export function stretchOf(result: CellResult, { machine, costs }: RunConfig): Stretch {
  const { l2TlbHits, walks: made, faultedWalks, total } = price(result, machine, costs);
  const { refs, walks, vmExits, movesToNested, movesToShadow } = result.counters;
  return {
    refs,
    walks,
    served: [0, 1, 2, 3].map((place) => result.levels.reduce((sum, { served }) => sum + served[place]!, 0)),
    exits: vmExits,
    moves: movesToNested + movesToShadow,
    walking: l2TlbHits + made + faultedWalks,
    total,
  };
}

function difference(after: Stretch, before: Stretch): Stretch {
  return {
    refs: after.refs - before.refs,
    walks: after.walks - before.walks,
    served: after.served.map((count, place) => count - before.served[place]!),
    exits: after.exits - before.exits,
    moves: after.moves - before.moves,
    walking: after.walking - before.walking,
    total: after.total - before.total,
  };
}
