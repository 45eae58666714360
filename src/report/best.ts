/** `best`: for each trace, machine and page sizes the cheapest strategy, chosen afterwards. No VMM can know it; it bounds what choosing may gain. */
import { BOUNDS } from '../paging/names.js';
import { isExcluded, type ResultRow } from './result-row.js';

/** The rows, and behind those of each trace, machine and host page size a row for the cheapest of the virtualized ones. */
export function withBest(rows: readonly ResultRow[]): ResultRow[] {
  return groups(rows).flatMap((group) => {
    const candidates = group.filter((row) => row.hostPages !== 'none' && !isExcluded(row) && !isBound(row));
    const sizes = [...new Set(candidates.map(({ hostPages }) => hostPages))];
    const bests = sizes.map((size) => {
      const [best] = candidates
        .filter(({ hostPages }) => hostPages === size)
        .toSorted((a, b) => a.cycles.total - b.cycles.total);
      return { ...best!, strategy: 'best', chosen: best!.strategy };
    });
    return [...group, ...bests];
  });
}

/** Whether a row is there to be compared with, and is no strategy that a VMM could use. */
export function isBound({ strategy }: Pick<ResultRow, 'strategy'>): boolean {
  return strategy === 'best' || BOUNDS.includes(strategy);
}

/** Rows stand trace by trace and machine by machine. */
function groups(rows: readonly ResultRow[]): ResultRow[][] {
  const all = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const { trace, machine, costs, guestPages, point } = row;
    const key = JSON.stringify([trace, machine, costs, guestPages, point]);
    all.set(key, [...(all.get(key) ?? []), row]);
  }
  return [...all.values()];
}
