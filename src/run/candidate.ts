/** A cell before its replay: what would be run, the label of its row, and what speaks against running it. */
import type { RunConfig } from '../config/schema.js';
import { definitionOf } from '../paging/index.js';
import { isExcluded, resultRow, type CellLabel, type Point, type ResultRow } from '../report/result-row.js';
import { emptyResult, type CellResult } from './cell-result.js';
import type { CellSpec } from './cell.js';
import { contender } from './contender.js';
import { afterReplay, exactness, filterRefusal } from './exactness.js';
import { traceMisfit, type TraceBeginning } from './trace-fit.js';

export interface Candidate {
  readonly spec: CellSpec;
  readonly label: CellLabel;
  /** What a manual forbids in its controls; null where nothing is. */
  readonly forbidden: string | null;
  /** Why the trace does not fit the TLBs, where that was not allowed; null where it does. */
  readonly inexact: string | null;
}

/** @param asked the name of a strategy or a VMM */
export function candidate(
  beginning: TraceBeginning,
  asked: string,
  base: RunConfig,
  allowInexact: boolean,
  audit = false,
): Candidate {
  const { name, characteristics } = beginning;
  const { name: called, strategy, config, excluded, refused } = contender(asked, base);
  const why = traceMisfit(beginning, config) ?? excluded;
  const label: CellLabel = {
    trace: name,
    strategy: called,
    virtualized: definitionOf(strategy).virtualized,
    exactness: why === null ? exactness(characteristics, config.machine) : `excluded: ${why}`,
    lines: characteristics.lines ?? false,
    config,
  };
  return {
    spec: { strategy, characteristics, config, audit },
    label,
    forbidden: refused[0] === undefined ? null : `strategy ${called} on ${config.machine.name}: ${refused[0]}`,
    inexact: why !== null || allowInexact ? null : filterRefusal(characteristics, config.machine),
  };
}

/** The row of a cell: of one that is excluded, whatever it counted, zeros. */
export function rowOf(label: CellLabel, result: CellResult | null, point: Point = {}): ResultRow {
  if (isExcluded(label) || result === null) return resultRow(label, emptyResult(), point);
  return resultRow({ ...label, exactness: afterReplay(label.exactness, result.counters) }, result, point);
}
