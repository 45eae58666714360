/** Replays a history under shadow and under nested paging side by side, and tells after each event what both have counted so far. */
import type { RunConfig } from '../config/schema.js';
import { price, type CostBreakdown } from '../cost/cost-model.js';
import type { CellResult } from '../run/cell-result.js';
import { Cell } from '../run/cell.js';
import { HISTORY_CHARACTERISTICS, type History } from './history.js';

export const SIDES = ['shadow', 'nested'] as const;
export type Side = (typeof SIDES)[number];

/** From the beginning to the end of an event. */
export interface SoFar {
  readonly result: CellResult;
  readonly cost: CostBreakdown;
}

export interface HistoryStep {
  readonly text: string;
  readonly soFar: Readonly<Record<Side, SoFar>>;
}

export function* replayHistory({ pages, events }: History, config: RunConfig): Generator<HistoryStep> {
  const cellOf = (strategy: Side): Cell =>
    new Cell({ strategy, characteristics: HISTORY_CHARACTERISTICS, config }, pages);
  const cells = { shadow: cellOf('shadow'), nested: cellOf('nested') };
  const soFar = (cell: Cell): SoFar => {
    const result = cell.result();
    return { result, cost: price(result, config.machine, config.costs) };
  };
  for (const { text, rows } of events) {
    for (const side of SIDES) cells[side].replay(rows);
    yield { text, soFar: { shadow: soFar(cells.shadow), nested: soFar(cells.nested) } };
  }
}
