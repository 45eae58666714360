/** Marks on rows that are not exact, and the footnotes that explain them. */
import type { ResultRow } from './result-row.js';

/** The name of a row's strategy, marked unless the row is exact. */
export type Mark = (row: ResultRow) => string;

export function marks(rows: readonly ResultRow[]): { readonly mark: Mark; readonly notes: readonly string[] } {
  const labels = [...new Set(rows.map(({ exactness }) => exactness))].filter((label) => label !== 'exact');
  return {
    mark: ({ strategy, chosen, exactness }) => {
      const name = chosen === null ? strategy : `${strategy} (${chosen})`;
      return exactness === 'exact' ? name : `${name} [${labels.indexOf(exactness) + 1}]`;
    },
    notes: labels.map((label, at) => `[${at + 1}] ${label}`),
  };
}
