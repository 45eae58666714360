/** `summary.csv`, `page-walks.csv` and `vmm-invocations.csv` read back into the rows that they were written from. */
import { COUNTER_NAMES, type Counters } from '../counters/counters.js';
import { UsageError } from '../errors.js';
import { CELL_COLUMNS } from '../report/records.js';
import type { PageWalkRow, Point, ResultRow, RowIdentity, VmmInvocationRow } from '../report/result-row.js';
import type { Intervals } from '../run/cell-result.js';
import { EXIT_CAUSES } from '../vmm/exits.js';
import { checked } from './checked-rows.js';
import { csvRecords, type CsvRecord } from './csv-table.js';

/** The three files of a folder of results: text, and path for messages. */
export type RowFiles = Readonly<Record<'summary' | 'pageWalks' | 'vmmInvocations', { text: string; path: string }>>;

export function rowsOfCsv({ summary, pageWalks, vmmInvocations }: RowFiles): readonly ResultRow[] {
  const summaries = csvRecords(summary.text, summary.path);
  const axes = axesIn(summaries[0]);
  const keyOf = (record: CsvRecord): string =>
    JSON.stringify([...CELL_COLUMNS, ...axes].map((column) => record.text(column)));
  const walks = byKey(csvRecords(pageWalks.text, pageWalks.path), keyOf);
  const exits = byKey(csvRecords(vmmInvocations.text, vmmInvocations.path), keyOf);
  const keys = new Set<string>();
  const rows = summaries.map((record): ResultRow => {
    const key = keyOf(record);
    keys.add(key);
    const counters = countersOf(record);
    const intervals = intervalsOf(record, counters);
    return {
      ...identityOf(record, axes),
      counters,
      ...(intervals === null ? {} : { intervals }),
      cycles: {
        l2TlbHits: record.number('l2TlbHitCycles'),
        walks: record.number('walkCycles'),
        faultedWalks: record.number('faultedWalkCycles'),
        exitHardware: record.number('exitHardwareCycles'),
        exitSoftware: record.number('exitSoftwareCycles'),
        total: record.number('totalCycles'),
        perKiloRef: record.number('cyclesPerKiloRef'),
      },
      pageWalks: (walks.get(key) ?? []).map(pageWalkOf),
      vmmInvocations: (exits.get(key) ?? []).map(invocationOf),
    };
  });
  for (const [parts, path] of [
    [walks, pageWalks.path],
    [exits, vmmInvocations.path],
  ] as const)
    for (const key of parts.keys())
      if (!keys.has(key)) throw new UsageError(`${path}: found rows of ${key}, which ${summary.path} does not have`);
  return checked(rows, summary.path);
}

function byKey(records: readonly CsvRecord[], keyOf: (record: CsvRecord) => string): Map<string, CsvRecord[]> {
  const groups = new Map<string, CsvRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}

/** Axes stand between what every row has and its counters. */
function axesIn(record: CsvRecord | undefined): string[] {
  if (record === undefined) return [];
  const [counter] = COUNTER_NAMES;
  record.number(counter!);
  for (const [at, column] of CELL_COLUMNS.entries()) if (record.columns[at] !== column) record.misplaced(column);
  return record.columns.slice(CELL_COLUMNS.length, record.columns.indexOf(counter!));
}

function identityOf(record: CsvRecord, axes: readonly string[]): RowIdentity {
  const chosen = record.text('chosen');
  const on = axes.filter((axis) => record.text(axis) !== '');
  const point: Point = Object.fromEntries(on.map((axis) => [axis, record.text(axis)]));
  return {
    trace: record.text('trace'),
    machine: record.text('machine'),
    costs: record.text('costs'),
    strategy: record.text('strategy'),
    chosen: chosen === '' ? null : chosen,
    guestPages: record.text('guestPages'),
    hostPages: record.text('hostPages'),
    exactness: record.text('exactness'),
    tableLines: record.text('tableLines'),
    point,
  };
}

function countersOf(record: CsvRecord): Counters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, record.number(name)])) as Counters;
}

/** What is exact in a row has both ends at the count. */
function intervalsOf(record: CsvRecord, counters: Counters): Intervals | null {
  const estimated = COUNTER_NAMES.filter((name) => record.has(`${name}Low`)).map(
    (name) => [name, [record.number(`${name}Low`), record.number(`${name}High`)] as const] as const,
  );
  const wide = estimated.filter(([name, [low, high]]) => low !== counters[name] || high !== counters[name]);
  return wide.length === 0 ? null : Object.fromEntries(wide);
}

function pageWalkOf(record: CsvRecord): PageWalkRow {
  return {
    dimension: record.oneOf('dimension', ['guest', 'nested', 'shadow']),
    level: record.number('level'),
    refs: record.number('refs'),
    walkCacheSkippedRefs: record.number('walkCacheSkippedRefs'),
    nestedTlbSkippedRefs: record.number('nestedTlbSkippedRefs'),
    l1Refs: record.number('l1Refs'),
    l2Refs: record.number('l2Refs'),
    l3Refs: record.number('l3Refs'),
    memoryRefs: record.number('memoryRefs'),
    refsPerWalk: record.number('refsPerWalk'),
    cycles: record.number('cycles'),
  };
}

function invocationOf(record: CsvRecord): VmmInvocationRow {
  const reason = record.text('vmxExitReason');
  const code = record.text('svmExitCode');
  return {
    cause: record.oneOf('cause', EXIT_CAUSES),
    vmxReason:
      reason === '' ? null : { number: record.number('vmxExitReason'), name: record.text('vmxExitReasonName') },
    svmExitCode: code === '' ? null : { code, name: record.text('svmExitCodeName') },
    count: record.number('count'),
    perMillionRefs: record.number('perMillionRefs'),
    cyclesEach: record.number('cyclesEach'),
    cycles: record.number('cycles'),
  };
}
