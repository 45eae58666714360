/** CSV (RFC 4180 quoting, `\n` line ends): numbers in full precision, so that equal results are equal bytes. */
import { stringify } from 'csv-stringify/sync';
import { pageWalkRecords, summaryRecords, vmmInvocationRecords, type Records } from './records.js';
import type { ResultRow } from './result-row.js';

export function summaryCsv(rows: readonly ResultRow[]): string {
  return csv(summaryRecords(rows));
}

export function pageWalksCsv(rows: readonly ResultRow[]): string {
  return csv(pageWalkRecords(rows));
}

export function vmmInvocationsCsv(rows: readonly ResultRow[]): string {
  return csv(vmmInvocationRecords(rows));
}

export function csv({ columns, records }: Records): string {
  return stringify([columns, ...records], { cast: { boolean: String } });
}
