/** Watches nested walks: which lines of the host's leaf tables lead to the data. */
import { GUEST, NESTED, type WalkObserver } from '../../mmu/walk-observer.js';

const LINE_BYTES = 64;

export class LeafLines implements WalkObserver {
  /** A line for each walk, in order. */
  readonly lines: number[] = [];
  /** What served their reads: L1, L2, L3, memory. */
  readonly served = [0, 0, 0, 0];
  /** The guest's leaf entry has been read: what the host's tables are read for next is the data. */
  private atData = false;

  reference(dimension: number, level: number, address: number, _low: number, _high: number, served: number): void {
    if (dimension === GUEST) this.atData = level === 1;
    if (dimension !== NESTED || level !== 1 || !this.atData) return;
    this.atData = false;
    this.lines.push(Math.floor(address / LINE_BYTES));
    this.served[served]!++;
  }

  update(): void {
    // Setting a bit is no read.
  }
}
