/**
 * What traces in one space had mapped when they began, as long as nothing has changed it: the same once more would only unmap its pages.
 * A heap has one beginning, so only one trace may have one; copies of it have the same.
 */
import { TraceError } from '../../errors.js';
import { KIND, operand, type EventBatch } from '../event.js';

const CHANGES: readonly number[] = [KIND.mmap, KIND.munmap, KIND.mprotect, KIND.mremap, KIND.brk, KIND.exec, KIND.exit];

interface Mapping {
  readonly page: number;
  readonly end: number;
  readonly prot: number;
  readonly flags: number;
}

export class MappedAlready {
  private mappings: readonly Mapping[] = [];
  private heapOf: string | null = null;

  /** Whether an event of the space maps what is mapped already, in the same way. */
  leavesOut(batch: EventBatch, row: number, label: string): boolean {
    const kind = batch.kind[row]!;
    if (kind === KIND.initialMapping) return this.isMapped(batch, row);
    if (CHANGES.includes(kind)) this.mappings = [];
    if (kind !== KIND.brk) return false;
    this.heapOf ??= label;
    if (this.heapOf !== label)
      throw new TraceError(`${label}: found a heap beside that of ${this.heapOf}; one space has one (brk)`);
    return false;
  }

  private isMapped(batch: EventBatch, row: number): boolean {
    const [page, pages, prot, flags] = [0, 1, 2, 3].map((at) => operand(batch, row, at)) as [
      number,
      number,
      number,
      number,
    ];
    const found = { page, end: page + pages, prot, flags };
    const same = (other: Mapping): boolean => JSON.stringify(other) === JSON.stringify(found);
    if (this.mappings.some(same)) return true;
    this.mappings = [...this.mappings.filter((other) => other.end <= page || found.end <= other.page), found];
    return false;
  }
}
