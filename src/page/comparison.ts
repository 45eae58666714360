/** Comparisons by name, so that one can be chosen. */
import { comparisons, type Comparison } from '../report/summary.js';
import type { ResultRow } from '../report/result-row.js';

export interface Named {
  /** In the address; of one page no two are equal. */
  readonly id: string;
  /** Trace, and pages and axes where they differ. */
  readonly title: string;
  readonly comparison: Comparison;
}

export function namedComparisons(rows: readonly ResultRow[]): Named[] {
  const all = comparisons(rows);
  const severalPages = new Set(all.map(({ guestPages, hostPages }) => `${guestPages} ${hostPages}`)).size > 1;
  const severalCosts = new Set(all.map(({ machine, costs }) => `${machine} ${costs}`)).size > machinesOf(rows).length;
  return all.map((comparison) => {
    const { trace, machine, costs, guestPages, hostPages, point } = comparison;
    const axes = Object.entries(point).map(([path, value]) => `${path}=${value}`);
    const pages = severalPages ? [`guest ${guestPages}`, `host ${hostPages}`] : [];
    const about = [...(severalCosts ? [costs] : []), ...pages, ...axes];
    return {
      id: [trace, machine, costs, guestPages, hostPages, ...axes].join(' '),
      title: about.length === 0 ? trace : `${trace} (${about.join(', ')})`,
      comparison,
    };
  });
}

export function machinesOf(rows: readonly ResultRow[]): string[] {
  return [...new Set(rows.map(({ machine }) => machine))];
}

/** What was chosen, where it is there, else the first. */
export function chosenOf<T extends string>(all: readonly T[], chosen: string | undefined): T {
  return all.find((one) => one === chosen) ?? all[0]!;
}
