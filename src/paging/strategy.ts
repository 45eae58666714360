/** What a paging strategy is: the one interface between the MMU, the guest and the way in which addresses are translated. */
import type { Machine } from '../config/machine-schema.js';
import type { RunConfig, ShadowPolicy, Technique } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import type { TableFormat } from '../memory/formats/index.js';
import type { FrameAllocator } from '../memory/frames.js';
import type { PhysicalMemory } from '../memory/physical.js';
import type { HostMemory } from '../memory/host-memory.js';
import type { Context } from '../mmu/contexts.js';
import type { PagingControls } from '../mmu/dimension.js';
import type { Scope } from '../mmu/invalidation.js';
import type { Walker, WalkStatus } from '../mmu/walker.js';
import type { GuestAsid } from '../vmm/asids.js';
import type { ExitCause } from '../vmm/exits.js';
import type { Vcpu } from '../vmm/vcpu.js';
import type { Instruction } from '../vmm/instructions.js';

/** Access bits, where a page-fault error code has them. */
export { ACCESS } from '../mmu/dimension.js';

/** What a TLB miss ends in: a translation, a page fault for the guest, or a store that the VMM carried out itself. */
export const OUTCOME = { translated: 0, guestFault: 1, emulated: 2 } as const;

/** Rights that a TLB entry carries, one bit for each kind of reference. `write` also means that the dirty bit is set. */
export const RIGHT = { read: 1, write: 2, fetch: 4 } as const;

/** The last translation a strategy made; valid until its next one. */
export interface Translation {
  /** System frame of the 4 KiB page asked for. */
  frame: number;
  /** The guest-physical frame behind it. */
  guestFrame: number;
  /** log2 of the bytes that one TLB entry may cover: the smaller of guest and host page. */
  pageShift: number;
  /** log2 of the bytes of the guest's own page. */
  guestShift: number;
  /** Bits of RIGHT that an access with the privilege of this one may use. */
  rights: number;
  /** The entry survives MOV to CR3. */
  global: boolean;
}

/** Before the first. */
export function noTranslation(): Translation {
  return { frame: 0, guestFrame: 0, pageShift: 12, guestShift: 12, rights: 0, global: false };
}

/** What caches translations, as a strategy (hardware rule or VMM) may command it. */
export interface TlbControl {
  /** The tags under which translations are kept now. */
  readonly context: Context;
  /** From now on, these; with `fresh`, tags that nothing is kept under: what has no tags goes. */
  enter(context: Context, fresh?: boolean): void;
  /** Removes what an instruction or event demands: see INVALIDATIONS. */
  remove(scope: Scope): void;
}

/** The hardware, where a hypervisor further below has a part in walks: they end in what the VMM of this level has to see. */
export interface LowerLevel {
  walk(vpn: number, access: number): WalkStatus;
}

/** What a strategy is built from. */
export interface Platform {
  readonly memory: PhysicalMemory;
  /** Frames for the tables of the VMM. */
  readonly vmmFrames: FrameAllocator;
  /** Where guest-physical frames lie in system memory. */
  readonly host: HostMemory;
  /** Its `guest` dimension has the format of the guest's tables. */
  readonly walker: Walker;
  /** Format of nested tables, and the control bits that they and the guest's tables are walked with. */
  readonly nestedFormat: TableFormat;
  /** Stands for its nested tables in the tags of what they translate: see Context. */
  readonly nestedSpace: number;
  readonly controls: PagingControls;
  readonly tlb: TlbControl;
  readonly counters: Counters;
  readonly exits: Record<ExitCause, number>;
  /** The virtual processor of the guest; null on bare metal. */
  readonly vcpu: Vcpu | null;
  readonly technique: Technique;
  readonly machine: Machine;
  /** What a VMM with shadow tables decides for itself. */
  readonly policy: ShadowPolicy;
  /** The ASID or VPID that the VMM gives to the guest. */
  readonly asid: GuestAsid;
  /** Left out: this VMM runs on the bare machine. */
  readonly below?: LowerLevel;
  /** Empties the other virtual processors of the machine too, where it has any. */
  readonly emptyOthers: (() => void) | null;
}

/** A way to translate guest-virtual addresses, with all that hardware and VMM do for it. */
export interface PagingStrategy {
  /** Whether walks read shadow tables, guest tables, or guest and nested tables. */
  readonly translation: Translation;
  /** Guest frame of the root that the guest believes CR3 points to. */
  readonly guestRoot: number;
  /** Where page faults exit: how many, by the error code that the hardware gives. */
  readonly faultCodes?: ReadonlyMap<number, number>;
  /** What a VMM counts besides its exits, by name. */
  readonly details?: Readonly<Record<string, number>>;
  /** Translates after a TLB miss, doing whatever the hardware and the VMM do; returns one of OUTCOME. */
  translate(vpn: number, access: number): number;
  /**
   * The walker, while `translate` would do nothing but let it walk, of a walk that ends in a translation; null at other times. Left out: always
   * null.
   */
  settled?(): Walker | null;
  /** While it is true, a translation whose walk ends in one changes nothing but what walks change. Left out: it never is. */
  isQuiet?(): boolean;
  /** The guest takes the page fault that the last translation ended in. */
  guestFault(): void;
  /** A 32-bit word of guest-physical memory that holds tables. */
  readWord(guestFrame: number, word: number): number;
  /** The guest writes an 8-byte entry of a page table; of which level, where the guest or the trace tells. */
  writeEntry(guestFrame: number, index: number, low: number, high: number, level?: number): void;
  /**
   * Puts an entry in place without a guest instruction: what was there before a trace begins, or in a table before the first root that
   * reaches it was loaded.
   */
  presetEntry(guestFrame: number, index: number, low: number, high: number, level?: number): void;
  /** MOV to CR3; with `keep` (bit 63) the translations of the PCID are kept. */
  cr3Write(rootFrame: number, pcid?: number, keep?: boolean): void;
  /** INVLPG of a virtual page number. */
  invlpg(vpn: number): void;
  /** A system call, where it concerns the VMM. */
  systemCall?(): void;
  /** An instruction or event that may leave a virtual machine and has nothing to do with tables. */
  execute(instruction: Instruction): void;
}

/** What the MMU asks at a miss. */
export type Translator = Pick<PagingStrategy, 'translation' | 'translate' | 'guestFault' | 'settled'>;

/** A strategy as the registry lists it. */
export interface StrategyDefinition {
  /** The paper or manual it follows. */
  readonly source: string;
  /** Which dimension the `guest` side of its walks reads. */
  readonly walks: 'guest' | 'shadow';
  /** False for bare metal: there is no host. */
  readonly virtualized: boolean;
  /** Tables that the VMM keeps: its controls depend on them. */
  readonly keeps: readonly ('shadow' | 'nested')[];
  /** The shadow tables can be kept so that page faults are filtered by their error codes. */
  readonly filtersFaults?: boolean;
  /** A guest of several processors is modelled. */
  readonly severalProcessors?: boolean;
  /** A walk that ends in a translation is nothing more: `isQuiet` says when. */
  readonly walksQuietly?: boolean;
  /** The guest's kernel runs without privilege on the bare machine: it enters the VMM without VM exits. */
  readonly deprivileged?: boolean;
  /** Why it cannot be run honestly in a configuration; null where it can. */
  readonly excluded: (config: RunConfig) => string | null;
  /** Builds the strategy on a simulated processor and memory. */
  readonly create: (platform: Platform) => PagingStrategy;
}
