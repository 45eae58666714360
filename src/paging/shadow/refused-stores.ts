/**
 * Stores to shadowed tables that cannot be let through. The VMM carries them out; but a frame that is the user's memory by now, or a store that
 * is no table write after all, has its shadows given up, and the guest runs the instruction again.
 */
import { firstKernelPage } from '../../memory/address.js';
import type { Walker } from '../../mmu/walker.js';
import { OUTCOME } from '../strategy.js';
import type { ShadowTables } from './shadow-tables.js';

const NONE = -1;

export class RefusedStores {
  /** Frame of a table that a reference was about to write: the table write follows, or it was none. */
  private begun = NONE;

  /**
   * @param software the walk that has translated the page of a store
   * @param exit leaves the guest for a store
   * @param flush empties TLBs of what shadow tables no longer hold
   */
  constructor(
    private readonly tables: ShadowTables,
    private readonly software: Walker,
    private readonly exit: () => void,
    private readonly flush: () => void,
  ) {}

  /** @returns one of OUTCOME: the store is emulated, or the guest tries again */
  refuse(vpn: number): number {
    const { guestFrame, guest } = this.software;
    this.flush();
    if (vpn >= firstKernelPage(guest.format.linearBits) || this.isOnPath(guestFrame)) return OUTCOME.emulated;
    this.giveUp(guestFrame);
    return OUTCOME.translated;
  }

  /** A reference was a store that is emulated. */
  begin(): void {
    this.begun = this.software.guestFrame;
  }

  /** What a reference began is over: by the table write to a frame, or by anything else that the VMM sees; a walk it does not. */
  finish(guestFrame = NONE): void {
    const { begun } = this;
    this.begun = NONE;
    if (begun !== NONE && begun !== guestFrame) this.giveUp(begun);
  }

  giveUp(guestFrame: number): void {
    this.exit();
    for (const page of [...this.tables.shadowsOf(guestFrame)]) this.tables.zap(page);
    this.flush();
  }

  /** Whether a frame holds a table on the way to the page that the software walk has just translated. */
  private isOnPath(guestFrame: number): boolean {
    const { guest, lastLevel, pathFrame } = this.software;
    const top = guest.pdptes === null ? guest.levels : guest.levels - 1;
    for (let level = top; level >= lastLevel; level--) if (pathFrame[level] === guestFrame) return true;
    return false;
  }
}
