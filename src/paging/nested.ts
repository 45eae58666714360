/**
 * AMD nested paging (Pacifica; Intel: EPT): the hardware walks the guest's tables and, for each of their entries and for the
 * data, the VMM's nested tables. The VMM is invoked only when the nested tables lack a frame.
 *
 * AMD APM vol. 2, 15.25. The VMM maps whole host pages, with all rights, at the first nested page fault of each.
 */
import { ModelError } from '../errors.js';
import { addressOf } from '../memory/address.js';
import { fourLevel } from '../memory/formats/four-level.js';
import { PTE } from '../memory/formats/index.js';
import { RadixTable, writeEntry } from '../memory/page-table.js';
import { Dimension } from '../mmu/dimension.js';
import { WALK } from '../mmu/walker.js';
import type { ExitCause } from '../vmm/exits.js';
import { leaveForInstruction, leaveGuest, takeResult } from './hardware.js';
import { OUTCOME, type PagingStrategy, type Platform, type StrategyDefinition, type Translation } from './strategy.js';

const NESTED_FLAGS = PTE.present | PTE.writable | PTE.user;

class Nested implements PagingStrategy {
  readonly translation: Translation = { frame: 0, guestFrame: 0, pageShift: 12, rights: 0, global: false };
  private readonly tables: RadixTable;

  constructor(private readonly platform: Platform) {
    this.tables = new RadixTable(platform.memory, fourLevel, platform.vmmFrames);
    platform.walker.host = new Dimension(fourLevel, addressOf(this.tables.root));
  }

  get guestRoot(): number {
    return this.platform.walker.guest.root;
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    for (;;) {
      const status = walker.walk(vpn, access);
      if (status === WALK.ok) {
        takeResult(walker, access, this.translation);
        return OUTCOME.translated;
      }
      if (status !== WALK.nestedFault) return OUTCOME.guestFault;
      leaveGuest(this.platform, 'nestedFault');
      this.back(walker.faultFrame);
    }
  }

  guestFault(): void {
    // Delivered by the hardware, straight to the guest.
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, fourLevel, this.platform.host.frameOf(guestFrame), index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.writeEntry(guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number): void {
    this.platform.walker.guest.root = rootFrame;
    this.platform.tlb.flush(true);
  }

  invlpg(vpn: number): void {
    this.platform.tlb.invalidatePage(vpn);
  }

  sensitive(cause: ExitCause): void {
    leaveForInstruction(this.platform, cause);
  }

  /** Maps the host page that holds a guest frame. */
  private back(guestFrame: number): void {
    const { host, walker } = this.platform;
    if (walker.nestedError & PTE.present) throw new ModelError(`nested tables refuse guest frame ${guestFrame}`);
    const first = guestFrame - (guestFrame % host.blockFrames);
    this.tables.set(first, host.frameOf(first), NESTED_FLAGS, false, host.blockFrames === 1 ? 1 : 2);
  }
}

export const nested: StrategyDefinition = {
  title: 'nested paging',
  source: 'AMD APM vol. 2, 15.25; Bhargava et al., ASPLOS 2008',
  walks: 'guest',
  virtualized: true,
  create: (platform) => new Nested(platform),
};
