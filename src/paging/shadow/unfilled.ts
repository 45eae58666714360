/**
 * How an entry of a shadow table looks that is not filled. Where all page faults exit it is absent. Where the VMM filters them by error code
 * (exit if and only if a page is present), it is absent only if the guest's entry is known to be so: the guest takes that fault itself. Any
 * other is present with reserved bits set, and exits.
 *
 * Linux c7addb902054 (`bypass_guest_pf`): shadow_trap_nonpresent_pte and shadow_notrap_nonpresent_pte, in our own words. A table out of sync
 * traps throughout, since the VMM does not see what the guest makes present in it; KVM gave the filter up for that reason.
 */
import { fourLevel } from '../../memory/formats/four-level.js';
import { PTE, reservedAddressBits } from '../../memory/formats/index.js';
import { readLow, writeEntry } from '../../memory/page-table.js';
import type { Platform } from '../strategy.js';
import { ENTRIES, type ShadowPage } from './shadow-page.js';

/** Low half of an entry that traps: every filled one has bits besides. */
export const TRAP = PTE.present;

export class Unfilled {
  private readonly trapHigh: number;

  constructor(
    private readonly platform: Platform,
    private readonly filters: boolean,
  ) {
    this.trapHigh = reservedAddressBits(platform.controls);
  }

  /** Writes an entry that is not filled. */
  put(page: ShadowPage, index: number): void {
    const traps = this.filters && this.traps(page, index);
    writeEntry(this.platform.memory, fourLevel, page.frame, index, traps ? TRAP : 0, traps ? this.trapHigh : 0);
  }

  /** All entries of a table that are not filled, after it was made, or went out of sync, or came back. */
  putAll(page: ShadowPage): void {
    for (let index = 0; this.filters && index < ENTRIES; index++) this.follow(page, index);
  }

  /** The guest's entry may have changed. */
  follow(page: ShadowPage, index: number): void {
    if (!this.filters) return;
    const low = readLow(this.platform.memory, fourLevel, page.frame, index);
    if (low === 0 || low === TRAP) this.put(page, index);
  }

  private traps(page: ShadowPage, index: number): boolean {
    const { memory, host, walker } = this.platform;
    const { format, bareLevel } = walker.guest;
    if (page.level === bareLevel) return false; // a register with reserved bits would be refused
    if (page.role.direct || page.unsync) return true;
    return (readLow(memory, format, host.frameOf(page.role.guestFrame), index) & PTE.present) !== 0;
  }
}
