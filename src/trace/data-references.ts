/** Data references of instructions, in order. A load that is followed by a store of the same instruction to the same place is one write. */
import { KIND } from './event.js';
import type { UserRows } from './user-rows.js';

const NONE = -1;

export class DataReferences {
  /** A load that is not in the rows yet; NONE: no load. */
  private page = NONE;
  private offset = 0;
  private size = 0;

  constructor(private readonly rows: UserRows) {}

  read(page: number, offset: number, size: number): void {
    this.flush();
    this.page = page;
    this.offset = offset;
    this.size = size;
  }

  write(page: number, offset: number, size: number): void {
    if (page === this.page && offset === this.offset) this.page = NONE;
    else this.flush();
    this.rows.access(KIND.write, page, offset + size);
  }

  /** The instruction is at its end: to be called before whatever is no data reference of it. */
  flush(): void {
    if (this.page === NONE) return;
    const { page } = this;
    this.page = NONE;
    this.rows.access(KIND.read, page, this.offset + this.size);
  }
}
