/**
 * Bare metal: the guest's tables are the tables that the hardware walks, and nothing exits.
 * Invalidation follows Intel SDM vol. 3A 4.10.4 and AMD APM vol. 2, 5.5.2: MOV to CR3 leaves global translations.
 */
import { pae } from '../memory/formats/pae.js';
import { writeEntry } from '../memory/page-table.js';
import { INVALIDATIONS } from '../mmu/invalidation.js';
import { WALK, type Walker } from '../mmu/walker.js';
import { loadCr3, loadPdptes, takeResult } from './hardware.js';
import { noTranslation, OUTCOME, type PagingStrategy, type Platform, type StrategyDefinition } from './strategy.js';

class Native implements PagingStrategy {
  readonly translation = noTranslation();

  constructor(private readonly platform: Platform) {}

  get guestRoot(): number {
    return this.platform.walker.guest.root;
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    if (walker.walk(vpn, access) !== WALK.ok) return OUTCOME.guestFault;
    takeResult(walker, access, this.translation);
    return OUTCOME.translated;
  }

  settled(): Walker {
    return this.platform.walker;
  }

  isQuiet(): boolean {
    return true;
  }

  guestFault(): void {
    // Delivered by the hardware, straight to the guest.
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(guestFrame, word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.platform.walker.guest.format, guestFrame, index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.platform.walker.guest.format, guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    loadCr3(this.platform, rootFrame, pcid, keep);
    if (this.platform.walker.guest.format === pae) loadPdptes(this.platform);
  }

  invlpg(vpn: number): void {
    const { tlb } = this.platform;
    tlb.remove(INVALIDATIONS.invlpg(tlb.context, vpn));
  }

  execute(): void {
    // On bare metal the instruction just runs.
  }
}

export const native: StrategyDefinition = {
  source: 'Intel SDM vol. 3A chapter 4; AMD APM vol. 2 chapter 5',
  walks: 'guest',
  virtualized: false,
  keeps: [],
  severalProcessors: true,
  walksQuietly: true,
  excluded: () => null,
  create: (platform) => new Native(platform),
};
