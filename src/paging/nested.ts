/**
 * AMD nested paging (Pacifica; Intel: EPT): the hardware walks the guest's tables and, for each of their entries and for the
 * data, the VMM's nested tables. The VMM is invoked only when the nested tables lack a frame.
 *
 * AMD APM vol. 2, 15.25. The VMM maps whole host pages, with all rights, at the first nested page fault of each.
 */
import { ModelError } from '../errors.js';
import { PTE } from '../memory/formats/index.js';
import { pae } from '../memory/formats/pae.js';
import { writeEntry } from '../memory/page-table.js';
import { ANY, INVALIDATIONS } from '../mmu/invalidation.js';
import { WALK, type Walker } from '../mmu/walker.js';
import type { Instruction } from '../vmm/instructions.js';
import {
  enterGuest,
  executeInGuest,
  leaveForNestedFault,
  loadCr3,
  loadPdptes,
  staysInGuest,
  takeResult,
  walkTables,
} from './hardware.js';
import { NestedTables } from './nested-tables.js';
import {
  ACCESS,
  noTranslation,
  OUTCOME,
  type PagingStrategy,
  type Platform,
  type StrategyDefinition,
} from './strategy.js';

/** A guest that has its tables to itself: the hardware walks them, and nothing that it does to them leaves the virtual machine. */
export abstract class OwnTables implements PagingStrategy {
  readonly translation = noTranslation();

  constructor(protected readonly platform: Platform) {}

  /** The VMM of the guest, as it sees its machine. */
  protected get vmm(): Platform {
    return this.platform;
  }

  get guestRoot(): number {
    return this.platform.walker.guest.root;
  }

  abstract translate(vpn: number, access: number): number;

  /** Delivered by the hardware, straight to the guest. */
  guestFault(): void {
    staysInGuest(this.vmm, 'guestFault');
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    const { memory, walker, host } = this.platform;
    writeEntry(memory, walker.guest.format, host.frameOf(guestFrame), index, low, high);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.writeEntry(guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    staysInGuest(this.vmm, 'cr3Write');
    loadCr3(this.platform, rootFrame, pcid, keep);
  }

  invlpg(vpn: number): void {
    const { tlb } = this.platform;
    staysInGuest(this.vmm, 'invlpg');
    tlb.remove(INVALIDATIONS.invlpg(tlb.context, vpn));
  }

  execute(instruction: Instruction): void {
    executeInGuest(this.vmm, instruction);
  }
}

export class Nested extends OwnTables {
  private readonly loadsPdptes: boolean;

  constructor(
    platform: Platform,
    private readonly tables = new NestedTables(platform),
  ) {
    super(platform);
    const { walker } = platform;
    walker.host = this.tables.dimension;
    this.loadsPdptes = walker.guest.format === pae && platform.machine.nested!.pdptes === 'registers';
    enterGuest(platform, platform.nestedSpace);
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    for (;;) {
      const status = walkTables(this.platform, vpn, access);
      if (status === WALK.ok) {
        takeResult(walker, access, this.translation);
        return OUTCOME.translated;
      }
      if (status !== WALK.nestedFault) return OUTCOME.guestFault;
      this.nestedFault(vpn);
    }
  }

  settled(): Walker | null {
    return this.isQuiet() ? this.platform.walker : null;
  }

  isQuiet(): boolean {
    return this.platform.below === undefined;
  }

  override cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    super.cr3Write(rootFrame, pcid, keep);
    if (this.loadsPdptes) while (loadPdptes(this.platform) !== WALK.ok) this.nestedFault(ANY);
  }

  /** The exit for a guest frame that the nested tables do not map: the host page that holds it is mapped. */
  private nestedFault(vpn: number): void {
    const { walker, host } = this.platform;
    leaveForNestedFault(this.platform, vpn);
    const { faultFrame, nestedError } = walker;
    const write = (nestedError & ACCESS.write) !== 0;
    const present = (nestedError & PTE.present) !== 0;
    if ((present && !(write && this.tables.isRefused(faultFrame))) || walker.misconfigured)
      throw new ModelError(`nested tables refuse guest frame ${faultFrame}`);
    if (present) this.tables.letWrite(faultFrame);
    else this.tables.map(faultFrame, write || host.backing.isWritten(faultFrame));
  }
}

export const nested: StrategyDefinition = {
  source: 'AMD APM vol. 2, 15.25; Bhargava et al., ASPLOS 2008',
  walks: 'guest',
  virtualized: true,
  keeps: ['nested'],
  severalProcessors: true,
  walksQuietly: true,
  excluded: ({ machine }) => (machine.nested === null ? `${machine.name} has no nested paging` : null),
  create: (platform) => new Nested(platform),
};
