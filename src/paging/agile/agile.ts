/**
 * Agile paging: a walk begins in shadow tables and goes on in the guest's own where those change often. The VMM moves a table that is
 * written again and again, with all below it, to nested mode, where writes do not exit, and back when it has not been written for a while.
 *
 * J. Gandhi, M. Hill, M. Swift, "Agile Paging: Exceeding the Best of Nested and Shadow Paging", ISCA 2016. Where we depart: docs/agile.md.
 */
import type { ShadowPolicy } from '../../config/schema.js';
import { ModelError } from '../../errors.js';
import { addressOf, REGION_SHIFT } from '../../memory/address.js';
import { PTE, type TableFormat } from '../../memory/formats/index.js';
import { writeEntry } from '../../memory/page-table.js';
import { FAULT } from '../../mmu/dimension.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { Switching } from '../../mmu/switching.js';
import { WALK, type Walker } from '../../mmu/walker.js';
import type { ExitDetail } from '../../vmm/exit-information.js';
import type { Instruction } from '../../vmm/instructions.js';
import {
  emptyGuest,
  enterGuest,
  executeInGuest,
  leaveForNestedFault,
  leaveGuest,
  softwareWalker,
  takeResult,
} from '../hardware.js';
import { NestedTables } from '../nested-tables.js';
import { newShadowDetails } from '../shadow/details.js';
import { Fill } from '../shadow/fill.js';
import { RefusedStores } from '../shadow/refused-stores.js';
import { Roots } from '../shadow/roots.js';
import { ALL_ACCESS, type ShadowPage } from '../shadow/shadow-page.js';
import { ShadowTables } from '../shadow/shadow-tables.js';
import { Sync } from '../shadow/sync.js';
import { ACCESS, noTranslation, OUTCOME, type PagingStrategy, type Platform } from '../strategy.js';
import { Intervals } from '../intervals.js';
import { KnownRoots } from './known-roots.js';
import { Modes } from './modes.js';

/** Fills, and nested faults for the guest's tables and for the data. */
const MOST_REPAIRS = 16;

export class Agile implements PagingStrategy {
  readonly translation = noTranslation();
  private readonly policy: ShadowPolicy;
  private readonly format: TableFormat;
  private readonly software: Walker;
  private readonly switching: Switching;
  private readonly nestedTables: NestedTables;
  private readonly tables: ShadowTables;
  private readonly sync: Sync;
  private readonly fill: Fill;
  private readonly refused: RefusedStores;
  private readonly roots: Roots;
  private readonly knownRoots: KnownRoots;
  private readonly modes: Modes;
  private readonly intervals: Intervals;
  /** The shadow root in use; null in nested mode, and before the first. */
  private root: ShadowPage | null = null;
  private loaded = false;
  /** The last guest fault was found in shadow tables: it exits, to be injected. */
  private injects = false;
  /** The last page fault that the hardware raised on shadow tables. */
  private fault: ExitDetail = {};

  constructor(private readonly platform: Platform) {
    const { walker, counters, policy: configured } = platform;
    const policy: ShadowPolicy = {
      ...configured,
      unsync: false,
      floodLimit: 0,
      pfecFilter: false,
      keepsUnlinked: true,
    };
    this.policy = policy;
    this.format = walker.guest.format;
    this.software = softwareWalker(platform);
    this.nestedTables = new NestedTables(platform);
    const { dimension } = this.nestedTables;
    // A walk through a table does not mark its page dirty, or every table in use would look written.
    dimension.tableAccess = dimension.format.readWriteExecute ? ACCESS.read : ACCESS.user;
    walker.host = dimension;
    this.switching = walker.switching = new Switching(walker.guest);
    this.tables = new ShadowTables(platform, policy);
    this.tables.guard = this.nestedTables;
    const details = newShadowDetails();
    this.sync = new Sync(platform, this.format, this.tables, policy, details);
    this.intervals = new Intervals(counters, policy.intervalRefs);
    this.modes = new Modes(platform, this.format, this.tables, this.nestedTables);
    this.fill = new Fill(platform, this.format, this.tables, this.sync, policy, details, this.modes.nested);
    const exit = (): void => leaveGuest(platform, 'tableWrite');
    this.refused = new RefusedStores(this.tables, this.software, exit, () => this.flush());
    this.roots = new Roots(policy.cachedRoots);
    this.knownRoots = new KnownRoots(policy.agile.cachedCr3s);
    enterGuest(platform, platform.nestedSpace); // all translations of this guest are combined ones
  }

  get guestRoot(): number {
    return this.software.guest.root;
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    this.lookAtTheClock();
    this.refused.finish();
    for (let repairs = 0; repairs <= MOST_REPAIRS; repairs++) {
      if (!this.loaded || this.root?.alive === false) this.loadRoot();
      const status = walker.walk(vpn, access);
      if (status === WALK.ok) {
        this.takeTranslation(access);
        return OUTCOME.translated;
      }
      const outcome =
        status === WALK.nestedFault
          ? this.nestedFault(vpn, access)
          : this.switching.at > 0
            ? this.guestsOwnFault()
            : this.shadowFault(vpn, access, walker.errorCode);
      if (outcome === OUTCOME.emulated) this.refused.begin();
      if (outcome !== OUTCOME.translated) return outcome;
    }
    throw new ModelError(`page 0x${vpn.toString(16)} still faults after ${MOST_REPAIRS} repairs`);
  }

  /** Faults in the guest's tables go to the guest; those in shadow tables exit, and this one is injected. */
  guestFault(): void {
    if (this.injects) leaveGuest(this.platform, 'guestFault', this.fault);
  }

  readWord(guestFrame: number, word: number): number {
    return this.platform.memory.read(this.platform.host.frameOf(guestFrame), word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.lookAtTheClock();
    this.refused.finish(guestFrame);
    const shadowed = this.tables.shadowsOf(guestFrame).size > 0;
    if (shadowed) leaveGuest(this.platform, 'tableWrite');
    this.presetEntry(guestFrame, index, low, high);
    if (!shadowed && this.modes.nested.size > 0) this.nestedTables.soil(guestFrame);
    if (!shadowed) return;
    if (this.modes.wrote(guestFrame)) this.toNested(guestFrame);
    else for (const page of this.tables.shadowsOf(guestFrame)) this.tables.clear(page, index);
    this.flush();
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    writeEntry(this.platform.memory, this.format, this.platform.host.frameOf(guestFrame), index, low, high);
  }

  cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    const { tlb } = this.platform;
    this.lookAtTheClock();
    this.refused.finish();
    if (!this.hardwareKnows(rootFrame)) leaveGuest(this.platform, 'cr3Write', { operand: addressOf(rootFrame) });
    this.knownRoots.use(rootFrame);
    this.software.guest.root = rootFrame;
    this.modes.meet(rootFrame, this.intervals.now);
    this.loadRoot();
    if (tlb.context.pcid !== pcid) tlb.enter({ ...tlb.context, pcid });
    tlb.remove(INVALIDATIONS.cr3Write(tlb.context, pcid, keep));
    this.flush();
  }

  /** Does not exit: no shadow table lags behind. */
  invlpg(vpn: number): void {
    const { tlb } = this.platform;
    this.refused.finish();
    tlb.remove(INVALIDATIONS.invlpg(tlb.context, vpn));
  }

  execute(instruction: Instruction): void {
    executeInGuest(this.platform, instruction);
  }

  private takeTranslation(access: number): void {
    const { walker, host } = this.platform;
    takeResult(walker, access, this.translation);
    if (this.switching.at > 0) return;
    if (this.tables.isDirect(walker.pathFrame[walker.lastLevel]!)) this.translation.guestShift = REGION_SHIFT;
    this.translation.guestFrame = host.guestFrameOf(walker.frame);
  }

  private loadRoot(): void {
    const { guestRoot: guestFrame, modes, switching } = this;
    this.loaded = true;
    this.root = null;
    if (modes.isNew(guestFrame, this.intervals.now)) switching.from('guest', guestFrame);
    else if (modes.nested.has(guestFrame)) switching.from('known', guestFrame, this.platform.host.frameOf(guestFrame));
    else {
      this.root = this.fill.get({ guestFrame, level: this.format.levels, access: ALL_ACCESS, direct: false });
      this.roots.use(this.root);
      switching.from('shadow', this.root.frame);
    }
  }

  /** MOV to CR3 without the VMM: the root is in the hardware's cache, and what that points to is still there. */
  private hardwareKnows(guestFrame: number): boolean {
    const { modes } = this;
    if (!this.knownRoots.has(guestFrame)) return false;
    if (modes.isNew(guestFrame, this.intervals.now) || modes.nested.has(guestFrame)) return true;
    return this.tables.find({ guestFrame, level: this.format.levels, access: ALL_ACCESS, direct: false }) !== undefined;
  }

  private guestsOwnFault(): number {
    this.injects = false;
    return OUTCOME.guestFault;
  }

  /** The exit for a page fault that the hardware raised on the shadow tables. */
  private shadowFault(vpn: number, access: number, errorCode: number): number {
    const { software } = this;
    const { tlb } = this.platform;
    tlb.remove(INVALIDATIONS.pageFault(tlb.context, vpn)); // the hardware, which does not know whose fault it is
    this.injects = true;
    this.fault = { linear: addressOf(vpn), errorCode };
    if (software.walk(vpn, access) !== WALK.ok) return OUTCOME.guestFault;
    const write = (access & ACCESS.write) !== 0;
    const present = (errorCode & FAULT.present) !== 0;
    if (write && present && this.sync.isTracked(software.guestFrame)) return this.refused.refuse(vpn);
    const setsDirty = write && present && (software.leafRead & PTE.dirty) === 0;
    if (this.fill.fill(this.root!, software, vpn, write) === 'refused') return this.refused.refuse(vpn);
    if (setsDirty && this.policy.agile.hardwareDirty) this.walkToSetDirty(vpn, access);
    else leaveGuest(this.platform, setsDirty ? 'adUpdate' : 'hiddenFault', this.fault);
    this.flush();
    return OUTCOME.translated;
  }

  /** The hardware goes through the guest's and nested tables once more, and sets the dirty bits of all three itself. */
  private walkToSetDirty(vpn: number, access: number): void {
    const { walker } = this.platform;
    this.switching.from('guest', this.guestRoot);
    while (walker.walk(vpn, access) !== WALK.ok) this.nestedFault(vpn, access);
    walker.tally.disown();
    this.loadRoot();
  }

  private nestedFault(vpn: number, access: number): number {
    const { walker } = this.platform;
    const { faultFrame } = walker;
    if ((walker.nestedError & PTE.present) !== 0) {
      if (walker.faultInTable || (access & ACCESS.write) === 0 || this.tables.shadowsOf(faultFrame).size === 0)
        throw new ModelError(`nested tables refuse guest frame ${faultFrame}`);
      this.software.walk(vpn, access);
      return this.refused.refuse(vpn);
    }
    leaveForNestedFault(this.platform, vpn);
    this.nestedTables.map(faultFrame);
    return OUTCOME.translated;
  }

  private toNested(guestFrame: number): void {
    this.modes.toNested(guestFrame);
    this.loaded = false;
  }

  /** The VMM's timer runs only while there is something that might be moved back. */
  private lookAtTheClock(): void {
    const { intervals, modes } = this;
    while (intervals.isOver) {
      if (modes.nested.size === 0 && !modes.isNew(this.guestRoot, intervals.now)) {
        intervals.catchUp();
        return modes.lookAgain();
      }
      intervals.now++;
      leaveGuest(this.platform, 'policyTimer');
      modes.lookAgain();
      this.loaded = false;
      this.flush();
    }
  }

  /** Before the guest runs on: TLBs may hold what shadow and nested tables no longer do. */
  private flush(): void {
    const { tlb } = this.platform;
    if (this.nestedTables.stale) tlb.remove(INVALIDATIONS.inveptContext(tlb.context, tlb.context.eptp));
    else if (this.tables.stale) emptyGuest(this.platform);
    this.nestedTables.stale = this.tables.stale = false;
  }
}
