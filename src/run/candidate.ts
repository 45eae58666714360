/** A cell before its replay: what would be run, the label of its row, and what speaks against running it. */
import type { RunConfig } from '../config/schema.js';
import { definitionOf } from '../paging/index.js';
import { isExcluded, resultRow, type CellLabel, type Point, type ResultRow } from '../report/result-row.js';
import { emptyResult, type CellResult } from './cell-result.js';
import type { CellSpec } from './cell.js';
import { contender } from './contender.js';
import { afterReplay, exactness, filterRefusal } from './exactness.js';
import { sampleOf } from './sample.js';
import { traceMisfit, type TraceBeginning } from './trace-fit.js';

/** What is asked of a cell beside its configuration. */
export interface Asks {
  /** Traces whose capture does not fit the TLBs are replayed and marked. */
  readonly allowInexact: boolean;
  readonly audit?: boolean | undefined;
  /** The part of the TLB sets that is replayed, as what all are divided by; left out: all of them. */
  readonly oneIn?: number | undefined;
}

export interface Candidate {
  readonly spec: CellSpec;
  readonly label: CellLabel;
  /** What a manual forbids in its controls, or what speaks against a sample; null where nothing does. */
  readonly forbidden: string | null;
  /** Why the trace does not fit the TLBs, where that was not allowed; null where it does. */
  readonly inexact: string | null;
}

/** @param asked the name of a strategy or a VMM */
export function candidate(
  beginning: TraceBeginning,
  asked: string,
  base: RunConfig,
  { allowInexact, audit = false, oneIn }: Asks,
): Candidate {
  const { name, characteristics } = beginning;
  const { name: called, strategy, config, excluded, refused } = contender(asked, base);
  const why = traceMisfit(beginning, config) ?? excluded;
  const sample = oneIn === undefined || why !== null ? undefined : sampleOf(oneIn, strategy, characteristics, config);
  const drawn = sample === undefined || 'refused' in sample ? {} : { sample };
  const label: CellLabel = {
    trace: name,
    strategy: called,
    virtualized: definitionOf(strategy).virtualized,
    exactness: why === null ? exactness(characteristics, config.machine) : `excluded: ${why}`,
    lines: characteristics.lines ?? false,
    config,
    ...drawn,
  };
  const speaksAgainst =
    refused[0] ?? (sample !== undefined && 'refused' in sample ? `--sample: ${sample.refused}` : null);
  return {
    spec: { strategy, characteristics, config, audit, ...drawn },
    label,
    forbidden: speaksAgainst === null ? null : `strategy ${called} on ${config.machine.name}: ${speaksAgainst}`,
    inexact: why !== null || allowInexact ? null : filterRefusal(characteristics, config.machine),
  };
}

/** The row of a cell: of one that is excluded, whatever it counted, zeros. */
export function rowOf(label: CellLabel, result: CellResult | null, point: Point = {}): ResultRow {
  if (isExcluded(label) || result === null) return resultRow(label, emptyResult(), point);
  return resultRow({ ...label, exactness: afterReplay(label, result) }, result, point);
}
