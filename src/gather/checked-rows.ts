/** Whether rows that were read are whole: none twice, and the parts of each add up to what it counts. */
import { UsageError } from '../errors.js';
import { rowKey } from '../report/counted.js';
import type { ResultRow } from '../report/result-row.js';

/** Of a sample, counts are estimates, which need not be whole numbers. */
const ROUNDING = 1e-9;

/** The rows. @param path for messages @throws UsageError */
export function checked(rows: readonly ResultRow[], path: string): readonly ResultRow[] {
  if (rows.length === 0) throw new UsageError(`${path}: found no rows; expected one or more`);
  const seen = new Set<string>();
  for (const row of rows) {
    const key = rowKey(row);
    if (seen.has(key)) throw new UsageError(`${path}: found the row ${key} twice; expected different ones`);
    seen.add(key);
    if (row.strategy === 'best' && !rows.some((other) => isChoiceOf(other, row)))
      throw new UsageError(`${path}: found ${key} without the row of ${row.chosen ?? 'what'} that it stands for`);
    const { walkRefs, vmExits, vmmEntries } = row.counters;
    const parts = [
      ['walkRefs', row.pageWalks.map(({ refs }) => refs), walkRefs],
      ['VM exits and entries', row.vmmInvocations.map(({ count }) => count), vmExits + vmmEntries],
    ] as const;
    for (const [what, counts, whole] of parts) {
      const sum = counts.reduce((total, count) => total + count, 0);
      if (Math.abs(sum - whole) > ROUNDING * whole)
        throw new UsageError(`${path}: the parts of ${key} add up to ${sum} ${what}, its counters say ${whole}`);
    }
  }
  return rows;
}

function isChoiceOf(row: ResultRow, { chosen, trace, machine, hostPages }: ResultRow): boolean {
  return row.strategy === chosen && row.trace === trace && row.machine === machine && row.hostPages === hostPages;
}
