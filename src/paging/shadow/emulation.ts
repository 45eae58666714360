/**
 * What the VMM does with a store to a shadowed table that it carries out itself: the shadow entry follows or goes, and a table that is written
 * without being used is given up. KVM: kvm_mmu_track_write, detect_write_flooding; Xen 4.17 `arch/x86/mm/shadow`: check_for_early_unshadow
 * and the fast path of sh_page_fault, in our own words.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import type { Platform } from '../strategy.js';
import type { ShadowDetails } from './details.js';
import type { ShadowTables } from './shadow-tables.js';
import type { Sync } from './sync.js';

const NONE = -1;

export class Emulation {
  /** Frame to which the last emulated store wrote 0, with no other page fault since. */
  private zeroed = NONE;
  /** Page through which the last store was emulated. */
  private lastPage = NONE;

  constructor(
    private readonly platform: Platform,
    private readonly tables: ShadowTables,
    private readonly sync: Sync,
    private readonly policy: ShadowPolicy,
    private readonly details: ShadowDetails,
  ) {}

  /** A store that the VMM carries out is through a page: at once if the last one was, else after a walk of the guest's tables. */
  exit(vpn: number | undefined): void {
    this.details[vpn !== undefined && vpn === this.lastPage ? 'emulatedAtOnce' : 'emulatedAfterWalk']++;
    this.lastPage = vpn ?? NONE;
  }

  /** A page fault that was no emulated store. */
  faulted(): void {
    this.zeroed = NONE;
  }

  /** CR3 or a TLB entry was changed: the next store is looked at anew. */
  invalidated(): void {
    this.lastPage = NONE;
  }

  /** The table has its new entry. */
  wrote(guestFrame: number, index: number, low: number): void {
    if (this.policy.giveUpAtZeros) return this.wroteUnlessZeros(guestFrame, index, low);
    const { floodLimit } = this.policy;
    for (const page of [...this.tables.shadowsOf(guestFrame)]) {
      if (page.level > 1 && floodLimit > 0 && ++page.writes >= floodLimit) {
        this.platform.counters.floods++;
        this.tables.zap(page);
      } else this.follow(page, index);
    }
  }

  private wroteUnlessZeros(guestFrame: number, index: number, low: number): void {
    const shadows = [...this.tables.shadowsOf(guestFrame)];
    if (low === 0 && this.zeroed === guestFrame) {
      this.platform.counters.floods += shadows.length;
      for (const page of shadows) if (page.alive) this.tables.zap(page);
    } else for (const page of shadows) if (page.alive) this.follow(page, index);
    this.zeroed = low === 0 ? guestFrame : NONE;
  }

  private follow(page: ReturnType<ShadowTables['pageAt']>, index: number): void {
    this.tables.clear(page, index);
    if (this.policy.snapshots && page.level === 1) this.sync.refill(page, index);
  }
}
