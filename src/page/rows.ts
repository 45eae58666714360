/** The rows of the page at the prices that are set: counts stay, cycles are made by the cost model of the command line. */
import type { CountedRow, PageData, PageRow, RowPrices } from '../gather/page-data.js';
import { newCounters } from '../counters/counters.js';
import { withBest } from '../report/best.js';
import { identityOf } from '../report/counted.js';
import { pricedRow, type ResultRow } from '../report/result-row.js';
import type { CellResult } from '../run/cell-result.js';
import { noExits } from '../vmm/exits.js';

function isCounted(row: PageRow): row is CountedRow {
  return 'counters' in row;
}

/** Counts as they were before those of 0 were left out. */
function resultOf({ counters, exits, levels }: CountedRow): CellResult {
  return { counters: { ...newCounters(), ...counters }, exits: { ...noExits(), ...exits }, levels };
}

/** @param costs what the prices of exits are called; null: as recorded */
export type Repriced = (adjust: (recorded: RowPrices) => RowPrices, costs: string | null) => ResultRow[];

/** What of the rows does not depend on prices is made once. */
export function repricer({ rows, prices: recorded }: Pick<PageData, 'rows' | 'prices'>): Repriced {
  const hadBest = rows.some((row) => (isCounted(row) ? row : row.row).strategy === 'best');
  const kept = rows
    .filter((row) => (isCounted(row) ? row : row.row).strategy !== 'best')
    .map((row) => (isCounted(row) ? { identity: identityOf(row), result: resultOf(row), at: row.prices } : row.row));
  return (adjust, costs) => {
    const adjusted = recorded.map(adjust);
    const priced = kept.map((one): ResultRow => {
      if (!('result' in one)) return one;
      const { latencies, exits } = adjusted[one.at]!;
      return pricedRow(costs === null ? one.identity : { ...one.identity, costs }, one.result, latencies, exits);
    });
    return hadBest ? withBest(priced) : priced;
  };
}

/** A machine of the page with the prices of its first row that has some. */
export function pricesOf({ rows, prices }: PageData, name: string): { name: string; prices: RowPrices } | null {
  const row = rows.find((one): one is CountedRow => isCounted(one) && one.machine === name);
  return row === undefined ? null : { name, prices: prices[row.prices]! };
}
