/** The rows that every report is made from: one for each cell, with its page walks and its VMM invocations. */
import type { RunConfig } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import {
  invocationCycles,
  price,
  servedCycles,
  type CostBreakdown,
  type ExitPrices,
  type Latencies,
} from '../cost/cost-model.js';
import type { CellResult, Intervals } from '../run/cell-result.js';
import type { Sample } from '../run/sample.js';
import { EXIT_CAUSES, EXITS, type ExitCause, type ExitDefinition } from '../vmm/exits.js';

/** References of page walks to the tables of one dimension and level, and their cycles. */
export interface PageWalkRow {
  readonly dimension: 'guest' | 'nested' | 'shadow';
  readonly level: number;
  readonly refs: number;
  readonly walkCacheSkippedRefs: number;
  readonly nestedTlbSkippedRefs: number;
  readonly l1Refs: number;
  readonly l2Refs: number;
  readonly l3Refs: number;
  readonly memoryRefs: number;
  readonly refsPerWalk: number;
  readonly cycles: number;
}

/** VM exits of one cause: how many, and their cycles. */
export interface VmmInvocationRow {
  readonly cause: ExitCause;
  /** null: VT-x has no exit for it. */
  readonly vmxReason: { readonly number: number; readonly name: string } | null;
  /** null: AMD-V has no exit for it. */
  readonly svmExitCode: { readonly code: string; readonly name: string } | null;
  readonly count: number;
  readonly perMillionRefs: number;
  readonly cyclesEach: number;
  readonly cycles: number;
}

/** Values of a sweep's axes, by the path of each in the configuration. */
export type Point = Readonly<Record<string, string>>;

/** What tells a row apart from others. */
export interface RowIdentity {
  readonly trace: string;
  readonly machine: string;
  readonly costs: string;
  /** A strategy, or a named VMM; `best` is made from the others: see best.ts. */
  readonly strategy: string;
  /** The strategy that a row of `best` stands for. */
  readonly chosen: string | null;
  readonly guestPages: string;
  readonly hostPages: string;
  /** `exact`, or what the result is an approximation of. */
  readonly exactness: string;
  /** How it was decided which data cache serves a table entry. */
  readonly tableLines: string;
  /** Where in a sweep the row stands; empty outside of one. */
  readonly point: Point;
}

/** What a cell came to: one trace on one machine under one strategy, counted and priced. */
export interface ResultRow extends RowIdentity {
  readonly counters: Counters;
  /** Only of a sample of TLB sets: the intervals of what is estimated. */
  readonly intervals?: Intervals;
  readonly cycles: CostBreakdown;
  readonly pageWalks: readonly PageWalkRow[];
  readonly vmmInvocations: readonly VmmInvocationRow[];
}

/** Whether a row stands for a cell that could not be run honestly: `exactness` says why, its numbers are all 0. */
export function isExcluded({ exactness }: Pick<ResultRow, 'exactness'>): boolean {
  return exactness.startsWith('excluded: ');
}

/** What a cell is called in its row, and what may be claimed of it. */
export interface CellLabel {
  readonly trace: string;
  readonly strategy: string;
  readonly virtualized: boolean;
  readonly exactness: string;
  /** The trace says which lines its references use. */
  readonly lines: boolean;
  readonly config: RunConfig;
  /** The TLB sets that are replayed; left out: all of them. */
  readonly sample?: Sample;
}

function tableLines(share: number, lines: boolean): string {
  if (share === 0) return 'not modelled: memory serves all';
  return lines ? 'compete with data' : `model: a share of ${share} of each cache`;
}

/** The row of a cell: its counts, priced with the machine and the costs of its configuration. */
export function resultRow(label: CellLabel, result: CellResult, point: Point = {}): ResultRow {
  const { machine, costs, guest, host } = label.config;
  const identity = {
    trace: label.trace,
    machine: machine.name,
    costs: costs.name,
    strategy: label.strategy,
    chosen: null,
    guestPages: guest.pages,
    hostPages: label.virtualized ? host.pages : 'none',
    exactness: label.exactness,
    tableLines: tableLines(machine.pteCacheShare, label.lines),
    point,
  };
  return pricedRow(identity, result, machine, costs);
}

/** What was counted, at the prices given. @param costs in cycles */
export function pricedRow(identity: RowIdentity, result: CellResult, machine: Latencies, costs: ExitPrices): ResultRow {
  const { counters, intervals } = result;
  return {
    ...identity,
    counters,
    ...(intervals === undefined ? {} : { intervals }),
    cycles: price(result, machine, costs),
    pageWalks: result.levels.map(({ dimension, level, served, walkCacheSkipped, nestedTlbSkipped }) => {
      const refs = served.reduce((sum, count) => sum + count, 0);
      const [l1Refs, l2Refs, l3Refs, memoryRefs] = served as readonly [number, number, number, number];
      return {
        dimension,
        level,
        refs,
        walkCacheSkippedRefs: walkCacheSkipped,
        nestedTlbSkippedRefs: nestedTlbSkipped,
        l1Refs,
        l2Refs,
        l3Refs,
        memoryRefs,
        refsPerWalk: counters.walks === 0 ? 0 : refs / counters.walks,
        cycles: servedCycles(served, machine),
      };
    }),
    vmmInvocations: EXIT_CAUSES.filter((cause) => result.exits[cause] > 0).map((cause) => {
      const { vmx, svm }: ExitDefinition = EXITS[cause];
      const count = result.exits[cause];
      return {
        cause,
        vmxReason: vmx,
        svmExitCode: svm === null ? null : { code: `0x${svm.code.toString(16)}`, name: svm.name },
        count,
        perMillionRefs: counters.refs === 0 ? 0 : (1e6 * count) / counters.refs,
        cyclesEach: invocationCycles(cause, costs),
        cycles: count * invocationCycles(cause, costs),
      };
    }),
  };
}
