/** The summary as an Apache Arrow IPC stream: texts are UTF-8, numbers 64-bit floats (exact for counts below 2^53). */
import { summaryRecords } from './records.js';
import type { ResultRow } from './result-row.js';

export async function arrow(rows: readonly ResultRow[]): Promise<Uint8Array> {
  // Loading the library takes longer than printing a table, so only this format pays for it.
  const { Float64, Table, tableToIPC, Utf8, vectorFromArray } = await import('apache-arrow');
  const { columns, records } = summaryRecords(rows);
  const vectors = columns.map((name, at) => {
    const values = records.map((record) => record[at]!);
    const text = typeof values[0] === 'string';
    return [name, text ? vectorFromArray(values, new Utf8()) : vectorFromArray(values, new Float64())] as const;
  });
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}
