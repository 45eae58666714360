/**
 * Shadow paging: the hardware walks tables of the VMM that map guest-virtual to system-physical addresses. They are filled on demand from
 * the guest's tables and the VMM's own map; how closely they follow the guest's writes is a matter of policy.
 *
 * H&P 4th ed., p. 340; Linux `Documentation/virt/kvm/x86/mmu.rst` and `arch/x86/kvm/mmu`, 5.15 to 6.6.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { ModelError } from '../../errors.js';
import { addressOf, FIRST_KERNEL_PAGE, REGION_SHIFT } from '../../memory/address.js';
import { PTE, type TableFormat } from '../../memory/formats/index.js';
import { entryIndex, writeEntry } from '../../memory/page-table.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { FAULT } from '../../mmu/dimension.js';
import { WALK, type Walker } from '../../mmu/walker.js';
import type { ExitCause } from '../../vmm/exits.js';
import type { Instruction } from '../../vmm/instructions.js';
import {
  emptyGuest,
  enterGuest,
  executeInGuest,
  leaveGuest,
  softwareWalker,
  takeResult,
  unlessLongMode,
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
import { Emulation } from './emulation.js';
import { Fill } from './fill.js';
import { KernelStores } from './kernel-stores.js';
import { RefusedStores } from './refused-stores.js';
import { Roots } from './roots.js';
import { ALL_ACCESS, type ShadowPage } from './shadow-page.js';
import { ShadowTables, type FrameGuard } from './shadow-tables.js';
import { Sync } from './sync.js';

/** A fill, and for a large page a smaller one after a table in it was shadowed. */
const MOST_FILLS = 3;
/** Error code of a kernel's store to a page that it may not write. */
const STORE_REFUSED = FAULT.present | ACCESS.write;

export class Shadow implements PagingStrategy {
  readonly translation = noTranslation();
  readonly faultCodes = new Map<number, number>();
  private readonly tables: ShadowTables;
  private readonly sync: Sync;
  private readonly fill: Fill;
  private readonly roots: Roots;
  private readonly stores: KernelStores;
  private readonly emulation: Emulation;
  private readonly refused: RefusedStores;
  readonly details = newShadowDetails();
  /** The VMM's software walk of the guest's tables: it makes no hardware references, and sets accessed and dirty bits. */
  private readonly software: Walker;
  /** Of the guest's tables, and of their shadows. */
  private readonly format: TableFormat;
  /** Linear address and error code of the last page fault. */
  private faultAddress = 0;
  private lastCode = 0;

  constructor(
    private readonly platform: Platform,
    private readonly policy: ShadowPolicy,
    guard: FrameGuard | null = null,
  ) {
    this.format = platform.walker.guest.format;
    this.software = softwareWalker(platform);
    this.tables = new ShadowTables(platform, policy.keepsUnlinked);
    this.tables.guard = guard;
    this.sync = new Sync(platform, this.format, this.tables, policy, this.details);
    this.fill = new Fill(platform, this.format, this.tables, this.sync, policy, this.details);
    this.emulation = new Emulation(platform, this.tables, this.sync, policy, this.details);
    const exit = (): void => this.faultExit('tableWrite', STORE_REFUSED);
    this.refused = new RefusedStores(this.tables, this.software, exit, () => this.flush());
    this.roots = new Roots(policy.cachedRoots);
    this.stores = new KernelStores(this.software);
    enterGuest(platform, 0);
  }

  get guestRoot(): number {
    return this.software.guest.root;
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
    this.software.guest.root = rootFrame;
    this.loadRoot();
  }

  /** Whether a store to a frame would exit. */
  traps(guestFrame: number): boolean {
    const shadows = [...this.tables.shadowsOf(guestFrame)];
    return this.sync.isTracked(guestFrame) || shadows.some(({ unsync }) => !unsync);
  }

  /** A frame is cleared by something else than stores of table entries: its shadows are given up at one exit. */
  clearFrame(guestFrame: number): void {
    if (this.tables.shadowsOf(guestFrame).size > 0) this.refused.giveUp(guestFrame);
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    this.refused.finish();
    for (let fills = 0; fills <= MOST_FILLS; fills++) {
      this.root();
      if (walkTables(this.platform, vpn, access) === WALK.ok) {
        takeResult(walker, access, this.translation);
        if (this.tables.isDirect(walker.pathFrame[walker.lastLevel]!)) this.translation.guestShift = REGION_SHIFT;
        this.translation.guestFrame = this.platform.host.guestFrameOf(walker.guestFrame);
        return OUTCOME.translated;
      }
      const outcome = this.pageFaultExit(vpn, access, walker.errorCode);
      if (outcome === OUTCOME.emulated) this.refused.begin();
      if (outcome !== OUTCOME.translated) return outcome;
    }
    throw new ModelError(`the shadow tables still fault at page 0x${vpn.toString(16)} after ${MOST_FILLS} fills`);
  }

  /** All page faults exit; this one is injected. */
  guestFault(): void {
    this.faultExit('guestFault', this.lastCode);
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.refused.finish(guestFrame);
    if (this.tables.shadowsOf(guestFrame).size > 0) this.storeTo(guestFrame);
    const emulated = this.sync.isTracked(guestFrame);
    this.presetEntry(guestFrame, index, low, high);
    if (emulated) this.emulation.wrote(guestFrame, index, low);
    this.flush();
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.format, this.platform.host.frameOf(guestFrame), index, low, high);
  }

  cr3Write(rootFrame: number): void {
    this.refused.finish();
    leaveGuest(this.platform, 'cr3Write', { operand: addressOf(rootFrame) });
    this.emulation.invalidated();
    this.software.guest.root = rootFrame;
    this.loadRoot();
  }

  /** The one entry is made anew where its table is out of sync: the rest stays behind. */
  invlpg(vpn: number): void {
    this.refused.finish();
    const { tlb } = this.platform;
    leaveGuest(this.platform, 'invlpg', { linear: addressOf(vpn) });
    this.emulation.invalidated();
    const [page, index] = this.leafOf(vpn);
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

  /** The shadow root in use, loaded again if it was given up. */
  private root(): ShadowPage {
    return this.roots.current ?? this.loadRoot();
  }

  private loadRoot(): ShadowPage {
    const { root: guestFrame } = this.software.guest;
    const root = this.fill.get({ guestFrame, level: this.format.levels, access: ALL_ACCESS, direct: false });
    this.roots.use(root);
    this.platform.walker.guest.root = root.frame;
    this.sync.syncBelow(...(this.policy.syncScope === 'all' ? this.roots.all : [root]));
    this.tables.stale = true;
    this.flush();
    return root;
  }

  private faultExit(cause: ExitCause, errorCode: number): void {
    leaveGuest(this.platform, cause, { linear: this.faultAddress, errorCode });
    if (cause !== 'tableWrite') this.emulation.faulted();
    this.faultCodes.set(errorCode, (this.faultCodes.get(errorCode) ?? 0) + 1);
  }

  /** Before the guest runs on: TLBs may hold what shadow tables no longer do. */
  private flush(): void {
    if (!this.tables.stale) return;
    this.tables.stale = false;
    emptyGuest(this.platform);
  }

  /** The exit for a page fault that the hardware raised on the shadow tables. */
  private pageFaultExit(vpn: number, access: number, errorCode: number): number {
    const { software, sync } = this;
    const present = (errorCode & FAULT.present) !== 0;
    // Recorded references do not say whose they are: the lower half of the addresses is the user's.
    this.faultAddress = addressOf(vpn);
    this.lastCode = errorCode | (vpn < FIRST_KERNEL_PAGE ? ACCESS.user : 0);
    const { tlb, counters } = this.platform;
    tlb.remove(INVALIDATIONS.pageFault(tlb.context, vpn)); // the hardware, which does not know whose fault it is
    if (software.walk(vpn, access) !== WALK.ok) return OUTCOME.guestFault;
    const { guestFrame } = software;
    const write = (access & ACCESS.write) !== 0;
    if (write && vpn >= FIRST_KERNEL_PAGE) this.stores.note(guestFrame, vpn);
    if (write && present && sync.isTracked(guestFrame)) {
      this.use(vpn);
      return this.refused.refuse(vpn);
    }
    const setsDirty = write && present && (software.leafRead & PTE.dirty) === 0;
    const { unsyncs } = counters;
    const filled = this.fill.fill(this.root(), software, vpn, write);
    if (filled === 'refused') return this.refused.refuse(vpn);
    if (filled === 'same') counters.spuriousFaults++;
    const lets = write && counters.unsyncs > unsyncs;
    this.faultExit(setsDirty ? 'adUpdate' : lets ? 'unsync' : 'hiddenFault', this.lastCode);
    this.flush();
    return OUTCOME.translated;
  }

  /** The exit, if any, for a store to a shadowed table: its page fault, where no reference of the trace has met it. */
  private storeTo(guestFrame: number): void {
    const { sync } = this;
    const vpn = this.stores.pageOf(guestFrame);
    this.faultAddress = vpn === undefined ? 0 : addressOf(vpn); // 0: no mapping of the kernel's is known
    if (sync.isTracked(guestFrame)) {
      if (vpn !== undefined) this.use(vpn);
      this.emulation.exit(vpn);
      this.faultExit('tableWrite', STORE_REFUSED);
    } else if (vpn !== undefined) {
      const [page, index] = this.leafOf(vpn);
      const low = this.tables.isLeaf(page, index) ? this.tables.low(page, index) : 0;
      if ((low & PTE.writable) === 0) this.pageFaultExit(vpn, ACCESS.write, ACCESS.write | (low & PTE.present));
    } else if ([...this.tables.shadowsOf(guestFrame)].some(({ unsync }) => !unsync)) {
      sync.mayWrite(guestFrame, 'fault');
      this.faultExit('unsync', STORE_REFUSED);
    }
  }

  /** The tables on the way to a page are in use: they are no ground for giving them up. */
  private use(vpn: number): void {
    for (const page of this.wayTo(vpn)) page.writes = 0;
  }

  /** Table and index where the way to a page ends: at its leaf, or at an absent entry above. */
  private leafOf(vpn: number): [page: ShadowPage, index: number] {
    const page = [...this.wayTo(vpn)].at(-1)!;
    return [page, entryIndex(this.format, vpn, page.level)];
  }

  private *wayTo(vpn: number): Generator<ShadowPage> {
    let page: ShadowPage | undefined = this.root();
    while (page !== undefined) {
      yield page;
      page = this.tables.child(page, entryIndex(this.format, vpn, page.level));
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
    excluded: unlessLongMode,
    create: (platform) => new Shadow(platform, policyOf(platform.policy)),
  };
}

export const shadow = shadowPaging(
  (configured) => configured,
  'Linux arch/x86/kvm/mmu, 5.15 to 6.6; Hennessy & Patterson, 4th ed., p. 340',
);
