/** The instructions with which a guest kernel switches and invalidates, counted where they are executed. */
import type { Counters } from '../counters/counters.js';
import type { PagingStrategy } from '../paging/strategy.js';

/** Linux's `tlb_single_page_flush_ceiling`: a longer range is flushed as a whole, by writing CR3. */
const INVLPG_CEILING = 33;

export class GuestCpu {
  constructor(
    private readonly strategy: PagingStrategy,
    private readonly counters: Counters,
  ) {}

  writeCr3(rootFrame: number): void {
    this.counters.cr3Writes++;
    this.strategy.cr3Write(rootFrame);
  }

  invlpg(vpn: number): void {
    this.counters.invlpgs++;
    this.strategy.invlpg(vpn);
  }

  /** Invalidates pages [start, end) of the space that CR3 points to. */
  flush(start: number, end: number): void {
    if (end - start > INVLPG_CEILING) this.writeCr3(this.strategy.guestRoot);
    else for (let page = start; page < end; page++) this.invlpg(page);
  }
}
