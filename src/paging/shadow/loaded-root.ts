/**
 * The shadow root that the hardware walks from, and the way from there to a page: found or made when the guest loads CR3, and again after it was given up. The VMM may name
 * the last roots to the processor as CR3-target values: a guest that knows them (paravirtual, as with the CR3 cache of early KVM) loads one
 * without an exit. That leaves nothing behind only while no table below the root is out of sync.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { addressOf } from '../../memory/address.js';
import { entryIndex } from '../../memory/page-table.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import type { Walker } from '../../mmu/walker.js';
import { loadGuestRoot, loadPdptes } from '../hardware.js';
import type { Platform } from '../strategy.js';
import type { Fill } from './fill.js';
import { Roots } from './roots.js';
import { ALL_ACCESS, type ShadowPage } from './shadow-page.js';
import type { ShadowTables } from './shadow-tables.js';
import type { Sync } from './sync.js';

export class LoadedRoot {
  private readonly roots: Roots;

  /**
   * @param software holds the root and the PDPTE registers that the guest believes in
   * @param flush empties TLBs of what shadow tables no longer hold
   */
  constructor(
    private readonly platform: Platform,
    private readonly policy: ShadowPolicy,
    private readonly software: Walker,
    private readonly tables: ShadowTables,
    private readonly fill: Fill,
    private readonly sync: Sync,
    private readonly flush: () => void,
  ) {
    this.roots = new Roots(policy.cachedRoots);
  }

  /** Loaded again if it was given up, and the PDPTE registers with it if a table that they point to was. */
  get(): ShadowPage {
    const root = this.roots.current ?? this.load();
    if (this.tables.registersStale) this.loadRegisters(root);
    return root;
  }

  get isLoaded(): boolean {
    return this.roots.current !== undefined && !this.tables.registersStale;
  }

  /** @param keep translations of the PCID are kept, unless an entry that they may stand for has gone */
  load(keep = false): ShadowPage {
    const { guest } = this.software;
    const root = this.fill.get({ guestFrame: guest.root, level: guest.levels, access: ALL_ACCESS, direct: false });
    this.roots.use(root);
    this.platform.walker.guest.root = root.frame;
    if (guest.pdptes !== null) this.loadRegisters(root);
    this.sync.syncBelow(...(this.policy.syncScope === 'all' ? this.roots.all : [root]));
    if (!keep) this.tables.stale = true;
    this.flush();
    return root;
  }

  /** MOV to CR3 with the shadow of a guest's root: done, unless it exits. */
  loadedByGuest(guestFrame: number, keep: boolean): boolean {
    const { vcpu, walker, tlb } = this.platform;
    if (this.policy.cr3Targets === 0) return false;
    const targets = this.roots.all.slice(-this.policy.cr3Targets).filter((root) => this.isSettled(root));
    vcpu!.setCr3Targets(targets.map(({ frame }) => addressOf(frame)));
    const root = targets.find(({ role }) => role.guestFrame === guestFrame);
    if (root === undefined || vcpu!.exits('cr3Write', { operand: addressOf(root.frame) })) return false;
    loadGuestRoot(this.software, guestFrame);
    this.roots.change(root);
    walker.guest.root = root.frame;
    tlb.remove(INVALIDATIONS.cr3Write(tlb.context, tlb.context.pcid, keep));
    return true;
  }

  /** The tables on the way to a page are in use: they are no ground for giving them up. */
  use(vpn: number): void {
    for (const page of this.wayTo(vpn)) page.writes = 0;
  }

  /** Table and index where the way to a page ends: at its leaf, or at an absent entry above. */
  leafOf(vpn: number): [page: ShadowPage, index: number] {
    const page = [...this.wayTo(vpn)].at(-1)!;
    return [page, entryIndex(this.software.guest.format, vpn, page.level)];
  }

  private *wayTo(vpn: number): Generator<ShadowPage> {
    const { format } = this.software.guest;
    let page: ShadowPage | undefined = this.get();
    while (page !== undefined) {
      yield page;
      page = this.tables.child(page, entryIndex(format, vpn, page.level));
    }
  }

  private isSettled(root: ShadowPage): boolean {
    return this.software.guest.pdptes === null && !root.unsync && root.unsyncBelow.size === 0;
  }

  private loadRegisters(root: ShadowPage): void {
    this.fill.fillRegisters(root, this.software.guest.pdptes!);
    loadPdptes(this.platform);
    this.tables.registersStale = false;
  }
}
