/** Goes through a whole trace and reports all that is wrong with it. */
import { TraceError } from '../../errors.js';
import type { TraceSource } from '../source.js';
import type { Report } from './finding.js';
import { KindChecks } from './kinds.js';
import { TableChecks } from './table-checks.js';
import { UserChecks } from './user-checks.js';

/** Returns the number of rows that could be read. */
export async function validateTrace(source: TraceSource, report: Report): Promise<number> {
  const { characteristics } = source.header;
  const checks = [
    new KindChecks(characteristics, report),
    characteristics.source === 'user' ? new UserChecks(source.pages, report) : new TableChecks(source.pages, report),
  ];
  let rows = 0;
  try {
    for await (const batch of source.batches()) {
      for (const check of checks) check.check(batch, rows);
      rows += batch.length;
    }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const [, found, expected] = /^(.*); expected ([^;]*)$/.exec(error.message) ?? [
      null,
      error.message,
      'a whole trace',
    ];
    report(rows, 'structure', found, expected);
  }
  return rows;
}
