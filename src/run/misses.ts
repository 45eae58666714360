/** What a replay has found out of one TLB: what it counts by itself, and the rows that go past it. */
import type { CellResult } from './cell-result.js';

export interface Misses {
  /** Where nothing caches table entries. */
  readonly bare: CellResult;
  /** Where its walks have ended: see src/mmu/many/trail.ts. */
  readonly trail: number;
  /** By batch of the trace: rows that it misses, and events, in order. */
  readonly rows: readonly Uint32Array[];
}
