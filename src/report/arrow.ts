/** Records as an Apache Arrow IPC stream: texts are UTF-8, numbers 64-bit floats (exact for counts below 2^53). */
import { summaryRecords, type Records } from './records.js';
import type { ResultRow } from './result-row.js';

export function arrow(rows: readonly ResultRow[]): Promise<Uint8Array> {
  return arrowOf(summaryRecords(rows));
}

/** A column in which any value is text is text; there an empty text is what is not known, in one of numbers nothing. */
export async function arrowOf({ columns, records }: Records): Promise<Uint8Array> {
  // Loading the library takes longer than printing a table, so only this format pays for it.
  const { Float64, Table, tableToIPC, Utf8, vectorFromArray } = await import('apache-arrow');
  const vectors = columns.map((name, at) => {
    const values = records.map((record) => record[at]!);
    const isText = values.length === 0 || values.some((value) => typeof value === 'string' && value !== '');
    const numbers = values.map((value) => (value === '' ? null : value));
    return [
      name,
      isText ? vectorFromArray(values.map(String), new Utf8()) : vectorFromArray(numbers, new Float64()),
    ] as const;
  });
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}
