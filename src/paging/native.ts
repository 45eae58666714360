/**
 * Bare metal: the guest's tables are the tables that the hardware walks, and nothing exits.
 * Invalidation follows Intel SDM vol. 3A 4.10.4 and AMD APM vol. 2, 5.5.2: MOV to CR3 leaves global translations.
 */
import { fourLevel } from '../memory/formats/four-level.js';
import { writeEntry } from '../memory/page-table.js';
import { WALK } from '../mmu/walker.js';
import { takeResult } from './hardware.js';
import { OUTCOME, type PagingStrategy, type Platform, type StrategyDefinition, type Translation } from './strategy.js';

class Native implements PagingStrategy {
  readonly translation: Translation = { frame: 0, guestFrame: 0, pageShift: 12, rights: 0, global: false };

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

  guestFault(): void {
    // Delivered by the hardware, straight to the guest.
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(guestFrame, word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, fourLevel, guestFrame, index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, fourLevel, guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number): void {
    this.platform.walker.guest.root = rootFrame;
    this.platform.tlb.flush(true);
  }

  invlpg(vpn: number): void {
    this.platform.tlb.invalidatePage(vpn);
  }

  sensitive(): void {
    // On bare metal the instruction just runs.
  }
}

export const native: StrategyDefinition = {
  title: 'bare metal',
  source: 'Intel SDM vol. 3A chapter 4; AMD APM vol. 2 chapter 5',
  walks: 'guest',
  virtualized: false,
  create: (platform) => new Native(platform),
};
