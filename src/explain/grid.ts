/**
 * The grid of a walk: a row for each entry of the guest's tables that is looked for, and one for the data; a column for each level of
 * nested tables, then the guest's entry. A walk in one dimension is a single row.
 */
import type { Step, Walk } from './step.js';
import type { Filled } from './svg-parts.js';

export interface GridCell {
  readonly row: number;
  readonly column: number;
  readonly label: string;
  /** null when the reference was saved. */
  readonly number: number | null;
  readonly by: Filled;
  readonly guest: boolean;
  /** Which steps of the walk it stands for: that of the entry, then those that set bits in it. */
  readonly steps: number[];
  /** Bits that the walk set in the entry. */
  sets: string;
  /** What the entry holds, in a few lines. */
  readonly details: readonly string[];
}

export interface Grid {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** In the order of the walk. */
  readonly cells: readonly GridCell[];
  /** Where the data is found; null after a fault. */
  readonly data: { readonly row: number; readonly column: number } | null;
}

export function gridOf({ tables, steps, end }: Walk): Grid {
  const flat = tables.nestedLevels === 0;
  const prefix = tables.first[0]!;
  const nested = levels(tables.nestedLevels).map((level) => `nL${level}`);
  const guest = levels(tables.guestLevels).map((level) => `${prefix}L${level}`);
  const columns = flat ? [...guest, 'data'] : [...nested, 'guest entry'];
  const rows: string[] = [];
  const cells: GridCell[] = [];
  for (const [at, step] of steps.entries()) {
    const { label, serves, dimension } = step;
    const rowName = flat ? '' : (serves ?? label);
    if (!rows.includes(rowName)) rows.push(rowName);
    const row = rows.indexOf(rowName);
    const column = !flat && dimension !== 'nested' ? nested.length : columns.indexOf(label);
    if (step.kind === 'update') {
      const cell = cells.findLast((one) => one.row === row && one.column === column)!;
      cell.sets = `sets ${step.sets.join(' ')}`;
      cell.steps.push(at);
      continue;
    }
    const number = step.kind === 'reference' ? step.number : null;
    const by = step.kind === 'reference' ? step.servedBy : step.by;
    const ofGuest = dimension !== 'nested';
    cells.push({ row, column, label, number, by, guest: ofGuest, steps: [at], sets: '', details: detailsOf(step) });
  }
  const found = end.kind === 'translated';
  return {
    rows,
    columns,
    cells,
    data: found ? { row: Math.max(0, rows.length - 1), column: columns.length - 1 } : null,
  };
}

function detailsOf(step: Step): string[] {
  if (step.kind !== 'reference') return [];
  const { address, index, flags, target } = step;
  const to = target === null ? [] : [`→ ${target.space === 'guest-physical' ? 'gPA' : 'sPA'} ${target.address}`];
  return [`index ${index}`, `at sPA ${address}`, flags.join(' '), ...to];
}

function levels(count: number): number[] {
  return Array.from({ length: count }, (_, at) => count - at);
}
