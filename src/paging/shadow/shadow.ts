/**
 * Shadow paging with write protection: the hardware walks tables of the VMM that map guest-virtual to system-physical
 * addresses. They are filled on demand from the guest's tables and the VMM's own map, and never differ from them: every guest
 * table that is shadowed is write-protected, and each write to it exits.
 *
 * H&P 4th ed., p. 340; Linux `Documentation/virt/kvm/x86/mmu.rst` (terms); NOVA's vTLB (shape of the miss handler).
 * Differs from hypervisors of today, which let leaf tables go out of sync: this is the classic policy, its cost an upper bound.
 */
import { ModelError } from '../../errors.js';
import { FIRST_KERNEL_PAGE, REGION_PAGES } from '../../memory/address.js';
import { NO_EXECUTE, PTE, type TableFormat } from '../../memory/formats/index.js';
import { entryIndex, noExecuteOf, writeEntry } from '../../memory/page-table.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { Dimension, FAULT } from '../../mmu/dimension.js';
import { WALK, Walker } from '../../mmu/walker.js';
import type { ExitCause } from '../../vmm/exits.js';
import { emptyGuest, enterGuest, leaveForInstruction, leaveGuest, takeResult } from '../hardware.js';
import {
  ACCESS,
  noTranslation,
  OUTCOME,
  type PagingStrategy,
  type Platform,
  type StrategyDefinition,
} from '../strategy.js';
import type { ShadowPage } from './shadow-page.js';
import { RIGHTS, ShadowTables } from './shadow-tables.js';

/** A direct table splits a guest page of this size, or a larger one. */
const LARGE_SHIFT = 21;

class Shadow implements PagingStrategy {
  readonly translation = noTranslation();
  private readonly tables: ShadowTables;
  /** The VMM's software walk of the guest's tables: it makes no hardware references, and sets accessed and dirty bits. */
  private readonly software: Walker;
  /** Of the guest's tables, and of their shadows. */
  private readonly format: TableFormat;
  private root: ShadowPage | null = null;

  constructor(private readonly platform: Platform) {
    this.tables = new ShadowTables(platform);
    this.format = platform.walker.guest.format;
    this.software = new Walker(platform.memory, new Dimension(this.format, 0, platform.controls));
    this.software.map = platform.host;
    enterGuest(platform, 0);
  }

  get guestRoot(): number {
    return this.software.guest.root;
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    for (let walks = 0; walks < 2; walks++) {
      const status = walker.walk(vpn, access);
      if (status === WALK.ok) {
        takeResult(walker, access, this.translation);
        if (this.tables.isDirect(walker.pathFrame[walker.lastLevel]!)) this.translation.guestShift = LARGE_SHIFT;
        this.translation.guestFrame = this.platform.host.guestFrameOf(walker.frame);
        return OUTCOME.translated;
      }
      const outcome = this.pageFaultExit(vpn, access);
      if (outcome !== OUTCOME.translated) return outcome;
    }
    throw new ModelError(`the shadow tables still fault at page 0x${vpn.toString(16)} after a fill`);
  }

  /** All page faults exit; this one is injected. */
  guestFault(): void {
    leaveGuest(this.platform, 'guestFault');
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    if (this.tables.isShadowed(guestFrame)) leaveGuest(this.platform, 'tableWrite');
    this.presetEntry(guestFrame, index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.format, this.platform.host.frameOf(guestFrame), index, low, high);
    this.tables.zapEntry(guestFrame, index);
  }

  cr3Write(rootFrame: number): void {
    leaveGuest(this.platform, 'cr3Write');
    this.software.guest.root = rootFrame;
    this.loadRoot();
  }

  invlpg(vpn: number): void {
    const { tlb } = this.platform;
    leaveGuest(this.platform, 'invlpg');
    tlb.remove(INVALIDATIONS.invvpidAddress(tlb.context, tlb.context.vpid, vpn)); // the shadow tables are in sync
  }

  sensitive(cause: ExitCause): void {
    leaveForInstruction(this.platform, cause);
  }

  private loadRoot(): ShadowPage {
    this.root = this.tables.shadowOf(this.software.guest.root, this.format.levels);
    this.platform.walker.guest.root = this.root.frame;
    emptyGuest(this.platform);
    return this.root;
  }

  /** The exit for a page fault that the hardware raised on the shadow tables. */
  private pageFaultExit(vpn: number, access: number): number {
    const { software, tables } = this;
    const { tlb } = this.platform;
    tlb.remove(INVALIDATIONS.pageFault(tlb.context, vpn)); // the hardware, which does not know whose fault it is
    if (software.walk(vpn, access) !== WALK.ok) return OUTCOME.guestFault;
    const write = (access & ACCESS.write) !== 0;
    if (write && tables.isShadowed(software.guestFrame)) {
      // The kernel writes a table, or a table maps itself: the exit is that of the table write in the trace.
      if (vpn >= FIRST_KERNEL_PAGE || this.isOnPath(software.guestFrame)) return OUTCOME.emulated;
      tables.forget(software.guestFrame); // user memory now: whatever the frame was, it is no table any more
    }
    const wasClean = write && (software.leafRead & PTE.dirty) === 0;
    const wasFilled = (this.platform.walker.errorCode & FAULT.present) !== 0;
    leaveGuest(this.platform, wasClean && wasFilled ? 'adUpdate' : 'hiddenFault');
    this.fill(vpn);
    return OUTCOME.translated;
  }

  /** Whether a frame holds a table on the way to the page that the software walk has just translated. */
  private isOnPath(guestFrame: number): boolean {
    const { software } = this;
    for (let level = this.format.levels; level >= software.lastLevel; level--)
      if (software.pathFrame[level] === guestFrame) return true;
    return false;
  }

  /** Makes the shadow entries for the page that the software walk has just translated. */
  private fill(vpn: number): void {
    const { software, tables } = this;
    const root = tables.shadowOf(software.guest.root, this.format.levels);
    let page = root === this.root ? root : this.loadRoot();
    const leaf = software.lastLevel;
    for (let level = this.format.levels; level > leaf; level--) {
      const index = software.pathIndex(level);
      if ((tables.low(page, index) & PTE.present) === 0) {
        const child = tables.shadowOf(software.pathFrame[level - 1]!, level - 1);
        tables.link(page, index, child, software.pathLow(level), software.pathHigh(level));
      }
      page = tables.child(page, index);
    }
    const low = software.pathLow(leaf);
    const rights = (low & PTE.user) | (software.leafDirty ? low & PTE.writable : 0);
    this.fillLeaf(page, vpn, rights, noExecuteOf(software.pathHigh(leaf)));
  }

  /**
   * Fills at the largest size that the host page allows. Below a large guest page that has to be split stand direct tables:
   * the entry that points to them carries the guest's rights, theirs are only reduced where a shadowed table lies.
   */
  private fillLeaf(page: ShadowPage, vpn: number, rights: number, noExecute: boolean): void {
    const { tables } = this;
    const { guestFrame } = this.software;
    const { blockFrames } = this.platform.host;
    const region = guestFrame - (guestFrame % REGION_PAGES);
    const index = entryIndex(this.format, vpn, page.level);
    if (page.level === 1) {
      const granted = tables.isShadowed(guestFrame) ? rights & ~PTE.writable : rights;
      tables.fill(page, index, guestFrame, granted, noExecute);
    } else if (page.level === 2 && blockFrames % REGION_PAGES === 0 && !tables.hasShadowed(region)) {
      tables.fill(page, index, region, rights, noExecute);
    } else {
      const span = REGION_PAGES ** (page.level - 1);
      const direct = tables.directFor(guestFrame - (guestFrame % span), page.level - 1);
      tables.link(page, index, direct, rights, noExecute ? NO_EXECUTE : 0);
      this.fillLeaf(direct, vpn, RIGHTS, false);
    }
  }
}

export const shadow: StrategyDefinition = {
  title: 'shadow paging (write-protect)',
  source: 'Hennessy & Patterson, 4th ed., p. 340; Adams & Agesen, ASPLOS 2006',
  walks: 'shadow',
  virtualized: true,
  excluded: ({ guest }) =>
    guest.mode === '4level' || guest.mode === '5level'
      ? null
      : `shadow tables of a guest of mode ${guest.mode} are not modelled`,
  create: (platform) => new Shadow(platform),
};
