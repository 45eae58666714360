/**
 * Shadow paging: the hardware walks tables of the VMM that map guest-virtual to system-physical addresses. They are filled on demand from
 * the guest's tables and the VMM's own map; how closely they follow the guest's writes is a matter of policy.
 *
 * H&P 4th ed., p. 340; Linux `Documentation/virt/kvm/x86/mmu.rst` and `arch/x86/kvm/mmu`, 5.15 to 6.6.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { ModelError } from '../../errors.js';
import { addressOf, firstKernelPage, REGION_SHIFT } from '../../memory/address.js';
import { PTE, type TableFormat } from '../../memory/formats/index.js';
import { pae } from '../../memory/formats/pae.js';
import { writeEntry } from '../../memory/page-table.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { FAULT } from '../../mmu/dimension.js';
import { WALK, type Walker } from '../../mmu/walker.js';
import type { Instruction } from '../../vmm/instructions.js';
import {
  emptyGuest,
  enterGuest,
  enterPcid,
  executeInGuest,
  leaveGuest,
  loadGuestRoot,
  softwareWalker,
  takeResult,
  unlessWideEntries,
  walkTables,
} from '../hardware.js';
import {
  ACCESS,
  noTranslation,
  OUTCOME,
  type PagingStrategy,
  type Platform,
  type StrategyDefinition,
} from '../strategy.js';
import { newShadowDetails } from './details.js';
import { DirtyHardware } from './dirty-hardware.js';
import { Emulation } from './emulation.js';
import { FaultExits } from './fault-exits.js';
import { Fill } from './fill.js';
import { KernelStores } from './kernel-stores.js';
import { LoadedRoot } from './loaded-root.js';
import { RefusedStores } from './refused-stores.js';
import { ShadowTables, type FrameGuard } from './shadow-tables.js';
import { Sync } from './sync.js';

/** A fill, and for a large page a smaller one after a table in it was shadowed. */
const MOST_FILLS = 3;

export class Shadow implements PagingStrategy {
  readonly translation = noTranslation();
  private readonly tables: ShadowTables;
  private readonly sync: Sync;
  private readonly fill: Fill;
  private readonly root: LoadedRoot;
  private readonly faults: FaultExits;
  private readonly stores: KernelStores;
  private readonly emulation: Emulation;
  private readonly refused: RefusedStores;
  readonly details = newShadowDetails();
  /** The VMM's software walk of the guest's tables: it makes no hardware references, and sets accessed and dirty bits. */
  private readonly software: Walker;
  /** Of the guest's tables, and of their shadows. */
  private readonly format: TableFormat;
  private readonly firstKernelPage: number;
  /** The guest writes an entry by two stores, each of which may exit. */
  private readonly storesHalves: boolean;
  private readonly dirtyHardware: DirtyHardware | null;

  constructor(
    private readonly platform: Platform,
    private readonly policy: ShadowPolicy,
    guard: FrameGuard | null = null,
  ) {
    this.format = platform.walker.guest.format;
    this.firstKernelPage = firstKernelPage(this.format.linearBits);
    this.storesHalves = this.format === pae && !policy.pairWrites;
    this.software = softwareWalker(platform);
    this.tables = new ShadowTables(platform, policy);
    this.tables.guard = guard;
    this.sync = new Sync(platform, this.format, this.tables, policy, this.details);
    this.fill = new Fill(platform, this.format, this.tables, this.sync, policy, this.details);
    this.emulation = new Emulation(platform, this.tables, this.sync, policy, this.details);
    this.faults = new FaultExits(platform, this.firstKernelPage, () => this.emulation.faulted());
    const flush = (): void => this.flush();
    this.refused = new RefusedStores(this.tables, this.software, () => this.faults.exit('tableWrite'), flush);
    this.root = new LoadedRoot(platform, policy, this.software, this.tables, this.fill, this.sync, flush);
    this.dirtyHardware = policy.dirtyBits === 'hardware' ? new DirtyHardware(platform) : null;
    this.stores = new KernelStores(this.software);
    enterGuest(platform, 0);
  }

  get guestRoot(): number {
    return this.software.guest.root;
  }

  get faultCodes(): ReadonlyMap<number, number> {
    return this.faults.codes;
  }

  /** The guest is taken over with the root that it has. */
  set guestRoot(guestFrame: number) {
    this.software.guest.root = guestFrame;
  }

  /** Shadow paging ends: all tables are given up. */
  giveUp(): void {
    this.refused.finish();
    this.tables.zapAll();
  }

  /**
   * A guest that is a hypervisor enters its own guest with this root: what is out of sync below it is brought back.
   * Linux `arch/x86/kvm/svm/nested.c`: nested_svm_load_cr3, nested_svm_transition_tlb_flush.
   */
  enterNested(rootFrame: number): void {
    this.refused.finish();
    loadGuestRoot(this.software, rootFrame);
    this.root.load();
  }

  /** Whether a store to a frame would exit: a shadow of it is in sync, as those that cannot go out of it always are. */
  traps(guestFrame: number): boolean {
    return [...this.tables.shadowsOf(guestFrame)].some(({ unsync }) => !unsync);
  }

  /** A frame is cleared by something else than stores of table entries: its shadows are given up at one exit. */
  clearFrame(guestFrame: number): void {
    if (this.tables.shadowsOf(guestFrame).size > 0) this.refused.giveUp(guestFrame);
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    for (let fills = 0; fills <= MOST_FILLS; fills++) {
      this.root.get();
      if (walkTables(this.platform, vpn, access) === WALK.ok) {
        takeResult(walker, access, this.translation);
        if (this.tables.isDirect(walker.pathFrame[walker.lastLevel]!)) this.translation.guestShift = REGION_SHIFT;
        this.translation.guestFrame = this.platform.host.guestFrameOf(walker.guestFrame);
        return OUTCOME.translated;
      }
      this.refused.finish();
      const outcome = this.pageFault(vpn, access, walker.errorCode);
      if (outcome === OUTCOME.emulated) this.refused.begin();
      if (outcome !== OUTCOME.translated) return outcome;
    }
    throw new ModelError(`the shadow tables still fault at page 0x${vpn.toString(16)} after ${MOST_FILLS} fills`);
  }

  settled(): Walker | null {
    return this.isQuiet() && !this.tables.splits ? this.platform.walker : null;
  }

  isQuiet(): boolean {
    return this.platform.below === undefined && this.root.isLoaded;
  }

  guestFault(): void {
    this.faults.toGuest();
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.refused.finish(guestFrame);
    if (this.storesHalves) this.writeFirstHalf(guestFrame, index, low, high);
    this.write(guestFrame, index, low, high);
    this.flush();
  }

  /** 32-bit Linux makes an entry present last, and absent first: `native_set_pte`, `native_pte_clear`. */
  private writeFirstHalf(guestFrame: number, index: number, low: number, high: number): void {
    const lowFirst = (low & PTE.present) === 0;
    const halves = [2 * index, 2 * index + 1].map((word) => this.readWord(guestFrame, word)) as [number, number];
    this.write(guestFrame, index, lowFirst ? low : halves[0], lowFirst ? halves[1] : high);
  }

  private write(guestFrame: number, index: number, low: number, high: number): void {
    if (this.tables.shadowsOf(guestFrame).size > 0) this.storeTo(guestFrame);
    const emulated = this.sync.isTracked(guestFrame);
    this.presetEntry(guestFrame, index, low, high);
    if (emulated) this.emulation.wrote(guestFrame, index, low);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.format, this.platform.host.frameOf(guestFrame), index, low, high);
  }

  cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    this.refused.finish();
    const keeps = keep && this.policy.keepsPcids;
    if (this.policy.keepsPcids) enterPcid(this.platform, pcid);
    if (this.root.loadedByGuest(rootFrame, keeps)) return;
    // A guest that knows of targets marks its own values with a bit that the processor ignores, so that none is taken for one.
    const operand = addressOf(rootFrame) + (this.policy.cr3Targets > 0 ? 1 : 0);
    leaveGuest(this.platform, 'cr3Write', { operand });
    this.emulation.invalidated();
    loadGuestRoot(this.software, rootFrame);
    this.root.load(keeps);
  }

  /** The one entry is made anew where its table is out of sync: the rest stays behind. */
  invlpg(vpn: number): void {
    this.refused.finish();
    const { tlb } = this.platform;
    leaveGuest(this.platform, 'invlpg', { linear: addressOf(vpn) });
    this.emulation.invalidated();
    const [page, index] = this.root.leafOf(vpn);
    if (page.unsync) {
      this.tables.clear(page, index);
      if (this.policy.invlpgRefills) this.sync.refill(page, index);
    }
    tlb.remove(INVALIDATIONS.invvpidAddress(tlb.context, tlb.context.vpid, vpn));
    this.flush();
  }

  execute(instruction: Instruction): void {
    executeInGuest(this.platform, instruction);
  }

  /** Before the guest runs on: TLBs may hold what shadow tables no longer do. */
  private flush(): void {
    if (!this.tables.stale) return;
    this.tables.stale = false;
    emptyGuest(this.platform);
  }

  /** A page fault that the hardware raised on the shadow tables. */
  private pageFault(vpn: number, access: number, errorCode: number): number {
    const { software, sync, faults } = this;
    const { tlb, counters } = this.platform;
    tlb.remove(INVALIDATIONS.pageFault(tlb.context, vpn)); // the hardware, which does not know whose fault it is
    faults.raised(vpn, errorCode);
    if (!faults.exits || software.walk(vpn, access) !== WALK.ok) {
      faults.isGuests();
      return OUTCOME.guestFault;
    }
    const { guestFrame } = software;
    const present = (errorCode & FAULT.present) !== 0;
    const write = (access & ACCESS.write) !== 0;
    if (write && vpn >= this.firstKernelPage) this.stores.note(guestFrame, vpn);
    if (write && present && sync.isTracked(guestFrame)) {
      this.root.use(vpn);
      return this.refused.refuse(vpn);
    }
    const setsDirty = write && present && (software.leafRead & PTE.dirty) === 0;
    const { unsyncs } = counters;
    const before = setsDirty && this.dirtyHardware !== null ? this.root.leafOf(vpn) : null;
    const filled = this.fill.fill(this.root.get(), software, vpn, write);
    if (filled === 'refused') return this.refused.refuse(vpn);
    if (filled === 'same') counters.spuriousFaults++;
    const lets = write && counters.unsyncs > unsyncs;
    if (before?.[0] === this.root.leafOf(vpn)[0] && !lets) this.dirtyHardware!.set(software, vpn, access);
    else faults.exit(setsDirty ? 'adUpdate' : lets ? 'unsync' : 'hiddenFault');
    this.flush();
    return OUTCOME.translated;
  }

  /** The exit, if any, for a store to a shadowed table: its page fault, where no reference of the trace has met it. */
  private storeTo(guestFrame: number): void {
    const { sync, faults } = this;
    const vpn = this.stores.pageOf(guestFrame);
    faults.stored(vpn);
    if (sync.isTracked(guestFrame)) {
      if (vpn !== undefined) this.root.use(vpn);
      this.emulation.exit(vpn);
      faults.exit('tableWrite');
    } else if (vpn !== undefined) {
      const [page, index] = this.root.leafOf(vpn);
      const low = this.tables.isLeaf(page, index) ? this.tables.low(page, index) : 0;
      if ((low & PTE.writable) === 0)
        this.pageFault(vpn, ACCESS.write, ACCESS.write | this.tables.faultCode(page, index));
    } else if (this.traps(guestFrame)) {
      sync.mayWrite(guestFrame, 'fault');
      faults.exit('unsync');
    }
  }
}

/** @param policyOf the policy, from what is configured */
export function shadowPaging(policyOf: (configured: ShadowPolicy) => ShadowPolicy, source: string): StrategyDefinition {
  return {
    source,
    walks: 'shadow',
    virtualized: true,
    keeps: ['shadow'],
    filtersFaults: true,
    severalProcessors: true,
    walksQuietly: true,
    excluded: unlessWideEntries,
    create: (platform) => new Shadow(platform, policyOf(platform.policy)),
  };
}

export const shadow = shadowPaging(
  (configured) => configured,
  'Linux arch/x86/kvm/mmu, 5.15 to 6.6; Hennessy & Patterson, 4th ed., p. 340',
);
