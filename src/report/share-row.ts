/** What is reported of one of several virtual machines that had a processor by turns. */
import type { ShareCounts } from '../run/shared-processor.js';
import type { ResultRow } from './result-row.js';

export interface ShareRow {
  /** Its place among the machines, from 1. */
  readonly vm: number;
  readonly sliceRefs: number;
  readonly counts: ShareCounts;
  /** The same trace by itself, without a scheduler. */
  readonly alone: ResultRow;
  readonly shared: ResultRow;
}
