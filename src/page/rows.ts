/** The rows of the page at the prices that are set: counts stay, cycles are made by the cost model of the command line. */
import type { CountedRow, FixedRow, PageData, PageRow, RowPrices } from '../gather/page-data.js';
import { newCounters } from '../counters/counters.js';
import { withBest } from '../report/best.js';
import { identityOf } from '../report/counted.js';
import { pricedRow, type ResultRow, type RowIdentity } from '../report/result-row.js';
import type { CellResult } from '../run/cell-result.js';
import { noExits } from '../vmm/exits.js';

function isCounted(row: PageRow): row is CountedRow {
  return 'counters' in row;
}

const labelOf = (row: CountedRow | FixedRow): RowIdentity => (isCounted(row) ? row : row.row);

/** Rows that keep the cycles they were recorded with. */
const fixed = new WeakSet<ResultRow>();

export function isFixed(row: ResultRow): boolean {
  return fixed.has(row);
}

/** Counts as they were before those of 0 were left out. */
function resultOf({ counters, exits, levels, intervals }: CountedRow): CellResult {
  return {
    counters: { ...newCounters(), ...counters },
    exits: { ...noExits(), ...exits },
    levels,
    ...(intervals === undefined ? {} : { intervals }),
  };
}

export type Repriced = (adjust: (recorded: RowPrices) => RowPrices) => ResultRow[];

/** What of the rows does not depend on prices is made once. The cheapest strategy is chosen anew wherever it was recorded. */
export function repricer({ rows, prices: recorded }: Pick<PageData, 'rows' | 'prices'>): Repriced {
  const best = new Set(rows.map(labelOf).filter(isBest).map(placeOf));
  const kept = rows
    .filter((row) => !isBest(labelOf(row)))
    .map((row) => {
      if (isCounted(row)) return { identity: identityOf(row), result: resultOf(row), at: row.prices };
      fixed.add(row.row);
      return row.row;
    });
  return (adjust) => {
    const adjusted = recorded.map(adjust);
    const priced = kept.map((one): ResultRow => {
      if (!('result' in one)) return one;
      const { latencies, exits } = adjusted[one.at]!;
      return pricedRow(one.identity, one.result, latencies, exits);
    });
    return best.size === 0 ? priced : withBest(priced).filter((row) => !isBest(row) || best.has(placeOf(row)));
  };
}

function isBest({ strategy }: RowIdentity): boolean {
  return strategy === 'best';
}

function placeOf({ trace, machine, costs, guestPages, hostPages, point }: RowIdentity): string {
  return JSON.stringify([trace, machine, costs, guestPages, hostPages, point]);
}

/** A machine of the page with the prices of its first row that has some. */
export function pricesOf({ rows, prices }: PageData, name: string): { name: string; prices: RowPrices } | null {
  const row = rows.find((one): one is CountedRow => isCounted(one) && one.machine === name);
  return row === undefined ? null : { name, prices: prices[row.prices]! };
}
