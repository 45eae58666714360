/** Result rows as a script that reads the JSON sees them. */
import { expect } from 'vitest';
import type { ResultRow } from '../../src/report/result-row.js';
import { printedHere } from './in-process.js';

export async function rowsOf(folder: string, args: string): Promise<ResultRow[]> {
  return rowsIn(await printedHere(`run ${args} --format json --quiet --workers 1`, folder));
}

export function rowsIn(json: string): ResultRow[] {
  const { schema, rows } = JSON.parse(json) as { schema: string; rows: ResultRow[] };
  expect(schema).toBe('vmmu/run@1');
  return rows;
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
