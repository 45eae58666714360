/** Rows as flat records: the columns of CSV and Arrow. Counters keep their names; cycles carry their unit in theirs. */
import { COUNTER_NAMES } from '../counters/counters.js';
import { axesOf } from './points.js';
import type { ResultRow } from './result-row.js';

export type Value = string | number;

/** Records that share their columns; the columns are there even when no record is. */
export interface Records {
  readonly columns: readonly string[];
  readonly records: readonly (readonly Value[])[];
}

/** Columns of a table by name, each with how its value is had from an item. */
type Fields<T> = readonly (readonly [column: string, value: (item: T) => Value])[];

const CELL = [
  ['trace', (row) => row.trace],
  ['machine', (row) => row.machine],
  ['costs', (row) => row.costs],
  ['strategy', (row) => row.strategy],
  ['guestPages', (row) => row.guestPages],
  ['hostPages', (row) => row.hostPages],
  ['exactness', (row) => row.exactness],
  ['tableLines', (row) => row.tableLines],
  ['chosen', (row) => row.chosen ?? ''],
] as const satisfies Fields<ResultRow>;

/** Columns that every table begins with; the axes of a sweep follow them. */
export const CELL_COLUMNS: readonly string[] = names(CELL);

/** What tells rows apart: their cell, and in a sweep the axes. */
function identity(rows: readonly ResultRow[]): Fields<ResultRow> {
  return [...CELL, ...axesOf(rows).map((axis) => [axis, ({ point }: ResultRow) => point[axis] ?? ''] as const)];
}

const SUMMARY: Fields<ResultRow> = [
  ...COUNTER_NAMES.map((name) => [name, (row: ResultRow) => row.counters[name]] as const),
  ['l2TlbHitCycles', ({ cycles }) => cycles.l2TlbHits],
  ['walkCycles', ({ cycles }) => cycles.walks],
  ['faultedWalkCycles', ({ cycles }) => cycles.faultedWalks],
  ['exitHardwareCycles', ({ cycles }) => cycles.exitHardware],
  ['exitSoftwareCycles', ({ cycles }) => cycles.exitSoftware],
  ['totalCycles', ({ cycles }) => cycles.total],
  ['cyclesPerKiloRef', ({ cycles }) => cycles.perKiloRef],
];

/** Ends of intervals, of the counters that are estimated in any row; what is exact in one is both ends there. */
function ends(rows: readonly ResultRow[]): Fields<ResultRow> {
  const estimated = COUNTER_NAMES.filter((name) => rows.some(({ intervals }) => intervals?.[name] !== undefined));
  return estimated.flatMap((name) => [
    [`${name}Low`, ({ intervals, counters }: ResultRow) => intervals?.[name]?.[0] ?? counters[name]] as const,
    [`${name}High`, ({ intervals, counters }: ResultRow) => intervals?.[name]?.[1] ?? counters[name]] as const,
  ]);
}

const PAGE_WALK: Fields<ResultRow['pageWalks'][number]> = [
  ['dimension', (walk) => walk.dimension],
  ['level', (walk) => walk.level],
  ['refs', (walk) => walk.refs],
  ['walkCacheSkippedRefs', (walk) => walk.walkCacheSkippedRefs],
  ['nestedTlbSkippedRefs', (walk) => walk.nestedTlbSkippedRefs],
  ['l1Refs', (walk) => walk.l1Refs],
  ['l2Refs', (walk) => walk.l2Refs],
  ['l3Refs', (walk) => walk.l3Refs],
  ['memoryRefs', (walk) => walk.memoryRefs],
  ['refsPerWalk', (walk) => walk.refsPerWalk],
  ['cycles', (walk) => walk.cycles],
];

const VMM_INVOCATION: Fields<ResultRow['vmmInvocations'][number]> = [
  ['cause', (exit) => exit.cause],
  ['vmxExitReason', (exit) => exit.vmxReason?.number ?? ''],
  ['vmxExitReasonName', (exit) => exit.vmxReason?.name ?? ''],
  ['svmExitCode', (exit) => exit.svmExitCode?.code ?? ''],
  ['svmExitCodeName', (exit) => exit.svmExitCode?.name ?? ''],
  ['count', (exit) => exit.count],
  ['perMillionRefs', (exit) => exit.perMillionRefs],
  ['cyclesEach', (exit) => exit.cyclesEach],
  ['cycles', (exit) => exit.cycles],
];

/** One record for each row. */
export function summaryRecords(rows: readonly ResultRow[]): Records {
  const fields = [...identity(rows), ...SUMMARY, ...ends(rows)];
  return { columns: names(fields), records: rows.map((row) => values(fields, row)) };
}

/** One record for each row, dimension and level. */
export function pageWalkRecords(rows: readonly ResultRow[]): Records {
  return parts(rows, PAGE_WALK, ({ pageWalks }) => pageWalks);
}

/** One record for each row and cause of an exit that occurred. */
export function vmmInvocationRecords(rows: readonly ResultRow[]): Records {
  return parts(rows, VMM_INVOCATION, ({ vmmInvocations }) => vmmInvocations);
}

function parts<T>(rows: readonly ResultRow[], fields: Fields<T>, of: (row: ResultRow) => readonly T[]): Records {
  const cell = identity(rows);
  return {
    columns: [...names(cell), ...names(fields)],
    records: rows.flatMap((row) => of(row).map((part) => [...values(cell, row), ...values(fields, part)])),
  };
}

function names<T>(fields: Fields<T>): string[] {
  return fields.map(([column]) => column);
}

function values<T>(fields: Fields<T>, item: T): Value[] {
  return fields.map(([, value]) => value(item));
}
