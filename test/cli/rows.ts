/** Result rows as a script that reads the JSON sees them. */
import { expect } from 'vitest';
import type { ResultRow } from '../../src/report/result-row.js';
import { printed } from './vmmu.js';

export async function rowsOf(folder: string, args: string): Promise<ResultRow[]> {
  return rowsIn(await printed(folder, `run ${args} --format json --quiet`));
}

export function rowsIn(json: string): ResultRow[] {
  const { schema, rows } = JSON.parse(json) as { schema: string; rows: ResultRow[] };
  expect(schema).toBe('vmmu/run@1');
  return rows;
}

export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
