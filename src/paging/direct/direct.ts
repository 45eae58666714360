/**
 * Xen's paravirtual paging: the hardware walks the guest's own tables, which hold machine frames. They are read-only to the guest, and the
 * VMM checks each change of them. There are no VM exits: the guest kernel runs in ring 3, and enters the VMM by hypercalls, traps and faults.
 *
 * Barham et al., SOSP 2003; Xen 4.17 `arch/x86/mm.c` and `arch/x86/pv`. Where it differs: the root for user mode is counted, not kept; the
 * change of tables on the way back to user mode removes nothing that the one on the way in has not.
 */
import { ModelError } from '../../errors.js';
import { FIRST_KERNEL_PAGE } from '../../memory/address.js';
import { INVALIDATIONS } from '../../mmu/invalidation.js';
import { WALK, Walker } from '../../mmu/walker.js';
import type { ExitCause } from '../../vmm/exits.js';
import { isSensitive, type Instruction, type InstructionName } from '../../vmm/instructions.js';
import { runsAsItIs, takeResult } from '../hardware.js';
import {
  ACCESS,
  noTranslation,
  OUTCOME,
  type PagingStrategy,
  type Platform,
  type StrategyDefinition,
} from '../strategy.js';
import { AddressSpaces } from './address-spaces.js';
import { newDirectCounts } from './counts.js';
import { ENTRIES } from '../shadow/shadow-page.js';
import { Multicall } from './multicall.js';
import { ParavirtualLinux } from './paravirtual-linux.js';
import { TableTypes } from './table-types.js';

const LOST = -1;
/** Interrupts come by event channels: there is no task priority. */
const WITHOUT_APIC: ReadonlySet<InstructionName> = new Set(['cr8Read', 'cr8Write', 'apicRead', 'apicWrite']);

class Direct implements PagingStrategy {
  readonly translation = noTranslation();
  readonly details = newDirectCounts();
  private readonly types: TableTypes;
  private readonly spaces: AddressSpaces;
  private readonly kernel: ParavirtualLinux;
  /** Walks the same tables in software, to emulate a store. */
  private readonly software: Walker;
  private faultPage = 0;

  constructor(private readonly platform: Platform) {
    const { exits, memory, walker } = platform;
    const multicall = new Multicall(exits, this.details);
    this.types = new TableTypes(platform, this.details);
    this.spaces = new AddressSpaces(this.types, exits, this.details, multicall);
    this.kernel = new ParavirtualLinux(this.types, this.spaces, this.details, multicall);
    this.software = new Walker(memory, walker.guest);
  }

  get guestRoot(): number {
    return Math.max(0, this.spaces.current);
  }

  translate(vpn: number, access: number): number {
    const { walker } = this.platform;
    while (walker.walk(vpn, access) !== WALK.ok) {
      const refused = (access & ACCESS.write) !== 0 ? this.refusedStore(vpn, access) : LOST;
      if (refused === LOST) {
        this.faultPage = vpn;
        this.kernel.faultOpen = vpn < FIRST_KERNEL_PAGE;
        return OUTCOME.guestFault;
      }
      if (vpn >= FIRST_KERNEL_PAGE) return OUTCOME.emulated;
      if (this.types.of(refused) === undefined)
        throw new ModelError(`the right to write page 0x${vpn.toString(16)} is withheld, but it is no table`);
      this.types.forget(refused); // the user's memory now
    }
    takeResult(walker, access, this.translation);
    const { translation, types } = this;
    translation.guestFrame = this.platform.host.guestFrameOf(walker.frame);
    translation.guestShift = types.tables.guestShiftOf(walker.pathFrame[walker.lastLevel]!);
    translation.global = walker.guestUser; // Xen's doing: user pages stay when the tables of user and kernel are changed
    return OUTCOME.translated;
  }

  guestFault(): void {
    this.kernel.settle();
    if (this.faultPage < FIRST_KERNEL_PAGE) {
      this.spaces.live(this.spaces.current);
      this.toggle();
    }
    this.enter('bouncedFault');
    this.enter('iret');
  }

  readWord(guestFrame: number, word: number): number {
    const { low, high } = this.types.tables.read(guestFrame, word >> 1);
    return (word & 1) === 0 ? low : high;
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number, level?: number): void {
    this.setLevel(guestFrame, level);
    this.kernel.write(guestFrame, index, low, high);
    this.flush();
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number, level?: number): void {
    this.setLevel(guestFrame, level);
    this.kernel.preset(guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number): void {
    const { walker, host, tlb } = this.platform;
    this.kernel.settle();
    this.spaces.load(rootFrame);
    walker.guest.root = host.frameOf(rootFrame);
    this.types.stale = false;
    tlb.remove(INVALIDATIONS.cr4GlobalToggle(tlb.context));
  }

  invlpg(vpn: number): void {
    const { tlb } = this.platform;
    this.kernel.settle();
    if (vpn < FIRST_KERNEL_PAGE) this.spaces.live(this.spaces.current);
    this.details.localInvlpgs++;
    this.enter('mmuextOp');
    tlb.remove(INVALIDATIONS.invlpg(tlb.context, vpn));
  }

  systemCall(): void {
    this.toggle();
    this.enter('bouncedSystemCall');
    this.enter('iret');
  }

  /** What is privileged traps, or is a hypercall of a kernel that knows better. The kernel has no APIC, and its sensitive instructions are replaced. */
  execute({ name }: Instruction): void {
    if (isSensitive(name)) runsAsItIs(this.platform.counters, 'paravirtual');
    else if (name === 'interrupt' || name === 'exception') {
      this.enter(name === 'interrupt' ? 'bouncedInterrupt' : 'bouncedFault');
      this.enter('iret');
    } else if (!WITHOUT_APIC.has(name)) this.enter('privilegedOperation');
  }

  private enter(cause: ExitCause): void {
    this.platform.exits[cause]++;
  }

  /** From user to kernel and back: two loads of CR3, which leave the user's translations. */
  private toggle(): void {
    const { tlb } = this.platform;
    this.details.toggles += 2;
    tlb.remove(INVALIDATIONS.cr3Write(tlb.context, 0, false));
  }

  private flush(): void {
    if (!this.types.stale) return;
    const { tlb } = this.platform;
    this.types.stale = false;
    tlb.remove(INVALIDATIONS.cr4GlobalToggle(tlb.context));
  }

  private setLevel(guestFrame: number, level: number | undefined): void {
    if (level !== undefined && this.types.of(guestFrame) === undefined) this.types.tables.setLevel(guestFrame, level);
  }

  /** The table that a store would change if it were not read-only, marked as the store marks it; LOST if the guest's own tables refuse. */
  private refusedStore(vpn: number, access: number): number {
    const { walker } = this.platform;
    const { tables } = this.types;
    if (walker.lastLevel > 1) return LOST;
    const place = walker.pathFrame[1]! * ENTRIES + walker.pathIndex(1);
    if (!tables.isWithheld(place)) return LOST;
    tables.restore(place);
    const done = this.software.walk(vpn, access) === WALK.ok;
    tables.withhold(place);
    return done ? tables.frames.guestOf(this.software.frame) : LOST;
  }
}

export const direct: StrategyDefinition = {
  source: 'Barham et al., SOSP 2003; Xen 4.17 arch/x86/mm.c, Linux 6.1 arch/x86/xen',
  walks: 'guest',
  virtualized: true,
  keeps: [],
  deprivileged: true,
  excluded: ({ guest }) =>
    guest.mode === '4level'
      ? guest.pageTableIsolation
        ? 'Linux as a paravirtual guest has no page-table isolation: Xen keeps a root for its kernel in any case'
        : null
      : `Xen has no paravirtual guests of mode ${guest.mode} on 64-bit processors in this model`,
  create: (platform) => new Direct(platform),
};
