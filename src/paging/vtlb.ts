/**
 * Shadow paging as a virtual TLB: shadow tables are filled at page faults and emptied where a guest empties its TLB. Nothing is
 * write-protected, so no table write exits; but every write of CR3 costs all that was filled.
 *
 * Intel SDM vol. 3C, "Virtual TLB" in the chapter on memory virtualization; NOVA, EuroSys 2010.
 */
import { ModelError } from '../errors.js';
import { addressOf, REGION_PAGES, REGION_SHIFT } from '../memory/address.js';
import { PTE, type TableFormat } from '../memory/formats/index.js';
import { pae } from '../memory/formats/pae.js';
import { noExecuteOf, RadixTable, writeEntry } from '../memory/page-table.js';
import { INVALIDATIONS } from '../mmu/invalidation.js';
import { WALK, type Walker } from '../mmu/walker.js';
import type { ExitDetail } from '../vmm/exit-information.js';
import type { Instruction } from '../vmm/instructions.js';
import {
  emptyGuest,
  enterGuest,
  executeInGuest,
  leaveGuest,
  loadGuestRoot,
  loadPdptes,
  softwareWalker,
  takeResult,
  unlessWideEntries,
} from './hardware.js';
import {
  ACCESS,
  noTranslation,
  OUTCOME,
  type PagingStrategy,
  type Platform,
  type StrategyDefinition,
} from './strategy.js';

const NONE = -1;

class VirtualTlb implements PagingStrategy {
  readonly translation = noTranslation();
  private readonly software: Walker;
  private readonly format: TableFormat;
  private tables: RadixTable;
  /** The last page fault. */
  private fault: ExitDetail = {};
  /** Pages of the large guest page that was split into each 2 MiB of the tables: INVLPG removes it whole. */
  private readonly split = new Map<number, number>();

  constructor(private readonly platform: Platform) {
    this.format = platform.walker.guest.format;
    this.software = softwareWalker(platform);
    this.tables = this.emptyTables();
    enterGuest(platform, 0);
  }

  get guestRoot(): number {
    return this.software.guest.root;
  }

  translate(vpn: number, access: number): number {
    const { walker, host, tlb } = this.platform;
    if (walker.walk(vpn, access) !== WALK.ok) {
      this.fault = { linear: addressOf(vpn), errorCode: walker.errorCode };
      tlb.remove(INVALIDATIONS.pageFault(tlb.context, vpn));
      if (this.software.walk(vpn, access) !== WALK.ok) return OUTCOME.guestFault;
      const clean = (access & ACCESS.write) !== 0 && (this.software.leafRead & PTE.dirty) === 0;
      const wasFilled = (walker.errorCode & PTE.present) !== 0;
      leaveGuest(this.platform, clean && wasFilled ? 'adUpdate' : 'hiddenFault', this.fault);
      this.fill(vpn);
      if (walker.walk(vpn, access) !== WALK.ok)
        throw new ModelError(`the shadow tables still fault at page 0x${vpn.toString(16)} after a fill`);
    }
    takeResult(walker, access, this.translation);
    if (this.split.has(Math.floor(vpn / REGION_PAGES))) this.translation.guestShift = REGION_SHIFT;
    this.translation.guestFrame = host.guestFrameOf(walker.frame);
    return OUTCOME.translated;
  }

  guestFault(): void {
    leaveGuest(this.platform, 'guestFault', this.fault);
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.format, this.platform.host.frameOf(guestFrame), index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.writeEntry(guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number): void {
    leaveGuest(this.platform, 'cr3Write', { operand: addressOf(rootFrame) });
    loadGuestRoot(this.software, rootFrame);
    this.tables.destroy();
    this.tables = this.emptyTables();
    this.split.clear();
    emptyGuest(this.platform);
  }

  invlpg(vpn: number): void {
    const { tlb } = this.platform;
    leaveGuest(this.platform, 'invlpg', { linear: addressOf(vpn) });
    const pages = this.split.get(Math.floor(vpn / REGION_PAGES)) ?? 1;
    if (pages > 1) {
      const first = vpn - (vpn % pages);
      for (let page = first; page < first + pages; page++) this.remove(page);
      emptyGuest(this.platform);
    } else {
      this.remove(vpn);
      tlb.remove(INVALIDATIONS.invvpidAddress(tlb.context, tlb.context.vpid, vpn));
    }
  }

  execute(instruction: Instruction): void {
    executeInGuest(this.platform, instruction);
  }

  private emptyTables(): RadixTable {
    const { memory, vmmFrames, walker } = this.platform;
    const tables = new RadixTable(memory, this.format, vmmFrames);
    walker.guest.setRoot(addressOf(tables.root));
    this.loadRegisters();
    return tables;
  }

  /** After a change to the root of a PAE guest. */
  private loadRegisters(): void {
    if (this.format === pae) loadPdptes(this.platform);
  }

  private remove(vpn: number): void {
    const removed = this.tables.unset(vpn) || this.tables.unset(vpn, 2);
    if (removed) this.platform.counters.zaps++;
  }

  /** Fills the page that the software walk has just translated, at the size that guest and host have; writable once it is dirty. */
  private fill(vpn: number): void {
    const { software, tables } = this;
    const { host, counters, vmmFrames } = this.platform;
    const guestPages = 2 ** (software.guestShift - 12);
    const large = guestPages >= REGION_PAGES && host.blockFrames >= REGION_PAGES;
    if (guestPages > 1 && !large) this.split.set(Math.floor(vpn / REGION_PAGES), guestPages);
    const smaller = large ? tables.find(vpn, 1) : NONE;
    if (smaller !== NONE) vmmFrames.release(smaller);
    const offset = large ? vpn % REGION_PAGES : 0;
    const rights = software.guestRights & (PTE.user | (software.leafDirty ? PTE.writable : 0));
    const flags = PTE.present | PTE.accessed | rights | ((rights & PTE.writable) !== 0 ? PTE.dirty : 0);
    const frame = host.frameOf(software.guestFrame - offset);
    const rootChanges = tables.find(vpn, this.format.levels - 1) === NONE;
    tables.set(vpn - offset, frame, flags, noExecuteOf(software.guestHigh), large ? 2 : 1);
    if (rootChanges) this.loadRegisters();
    counters.shadowFills++;
  }
}

export const vtlb: StrategyDefinition = {
  source: 'Intel SDM vol. 3C, virtual TLB; NOVA, EuroSys 2010',
  walks: 'shadow',
  virtualized: true,
  keeps: ['shadow'],
  excluded: unlessWideEntries,
  create: (platform) => new VirtualTlb(platform),
};
