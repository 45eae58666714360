/** What rows can be spread over: everything that tells them apart, and everything that was counted. */
import { COUNTER_NAMES, COUNTERS } from '../counters/counters.js';
import { axesOf } from '../report/points.js';
import type { ResultRow } from '../report/result-row.js';

export interface Field {
  readonly name: string;
  readonly of: (row: ResultRow) => string;
  /** In the order of the rows; numbers ascending. */
  readonly values: readonly string[];
}

const IDENTITY = ['trace', 'machine', 'costs', 'strategy', 'guestPages', 'hostPages'] as const;
/** Axes of a sweep that say the same. */
const AXES: Readonly<Partial<Record<(typeof IDENTITY)[number], string>>> = {
  costs: 'costs',
  guestPages: 'guest.pages',
  hostPages: 'host.pages',
};

/** Fields in which rows differ. */
export function fieldsOf(rows: readonly ResultRow[]): Field[] {
  const axes = axesOf(rows);
  const all: Omit<Field, 'values'>[] = [
    ...IDENTITY.filter((name) => !axes.includes(AXES[name] ?? '') && (name !== 'costs' || !machineDecides(rows))).map(
      (name) => ({ name, of: (row: ResultRow) => row[name] }),
    ),
    ...axes.map((name) => ({ name, of: (row: ResultRow) => row.point[name] ?? '' })),
  ];
  return all
    .map((field) => ({
      ...field,
      values: ordered([...new Set(rows.map(field.of))].filter((value) => value !== NO_HOST)),
    }))
    .filter(({ values }) => values.length > 1);
}

/** Prices that come with the machine are no axis of their own. */
function machineDecides(rows: readonly ResultRow[]): boolean {
  const pairs = new Set(rows.map(({ machine, costs }) => JSON.stringify([machine, costs])));
  return pairs.size === new Set(rows.map(({ machine }) => machine)).size;
}

/** Bare metal has no host, and stands beside rows of all host pages. */
const NO_HOST = 'none';

export function isAt(row: ResultRow, { name, of }: Field, value: string): boolean {
  return of(row) === value || (name === 'hostPages' && row.hostPages === NO_HOST);
}

function ordered(values: readonly string[]): string[] {
  return areNumbers(values) ? values.toSorted((a, b) => Number(a) - Number(b)) : [...values];
}

export function areNumbers(values: readonly string[]): boolean {
  return values.every((value) => value !== '' && Number.isFinite(Number(value)));
}

export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly of: (row: ResultRow) => number;
}

/** Cycles first, as they answer most questions. */
export const MEASURES: readonly Measure[] = [
  { name: 'cyclesPerKiloRef', unit: 'cycles per 1,000 references', of: ({ cycles }) => cycles.perKiloRef },
  { name: 'totalCycles', unit: 'cycles', of: ({ cycles }) => cycles.total },
  { name: 'walkCycles', unit: 'cycles', of: ({ cycles }) => cycles.walks },
  { name: 'faultedWalkCycles', unit: 'cycles', of: ({ cycles }) => cycles.faultedWalks },
  { name: 'l2TlbHitCycles', unit: 'cycles', of: ({ cycles }) => cycles.l2TlbHits },
  { name: 'exitHardwareCycles', unit: 'cycles', of: ({ cycles }) => cycles.exitHardware },
  { name: 'exitSoftwareCycles', unit: 'cycles', of: ({ cycles }) => cycles.exitSoftware },
  ...COUNTER_NAMES.map((name): Measure => ({ name, unit: COUNTERS[name].unit, of: ({ counters }) => counters[name] })),
];
