/** Rows of several places, told apart: equal rows once, and the places whose rows would be taken for each other by their names. */
import { rowKey } from '../report/counted.js';
import type { ResultRow } from '../report/result-row.js';
import type { Place } from './places.js';

export interface PlacedRow {
  readonly row: ResultRow;
  /** Index of its place. */
  readonly source: number;
}

/** @param note is told how many rows are shown once although several places have them */
export function distinctRows(places: readonly Place[], note: (text: string) => void): PlacedRow[] {
  const confused = confusedPlaces(places);
  const seen = new Set<string>();
  return places.flatMap(({ name, found }, source) => {
    const named = (found.rows ?? []).map((row) =>
      confused.has(source) ? { ...row, point: { ...row.point, results: name } } : row,
    );
    const fresh = named.filter((row) => !seen.has(rowKey(row)));
    for (const row of fresh) seen.add(rowKey(row));
    if (fresh.length < named.length)
      note(`${named.length - fresh.length} rows of ${name} are those of places before it, and are shown once`);
    return fresh.map((row) => ({ row, source }));
  });
}

/** Those with rows that are called the same as another place's, and count something else. */
function confusedPlaces(places: readonly Place[]): ReadonlySet<number> {
  const first = new Map<string, { readonly source: number; readonly text: string }>();
  const confused = new Set<number>();
  for (const [source, { found }] of places.entries())
    for (const row of found.rows ?? []) {
      const text = JSON.stringify(row);
      const known = first.get(rowKey(row));
      if (known === undefined) first.set(rowKey(row), { source, text });
      else if (known.text !== text) for (const one of [source, known.source]) confused.add(one);
    }
  return confused;
}
