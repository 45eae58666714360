/** What a paging strategy is: the one interface between the MMU, the guest and the way in which addresses are translated. */
import type { Counters } from '../counters/counters.js';
import type { FrameAllocator } from '../memory/frames.js';
import type { PhysicalMemory } from '../memory/physical.js';
import type { HostMemory } from '../memory/host-memory.js';
import type { Walker } from '../mmu/walker.js';
import type { ExitCause } from '../vmm/exits.js';

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
  /** Bits of RIGHT that an access with the privilege of this one may use. */
  rights: number;
  /** The entry survives MOV to CR3. */
  global: boolean;
}

/** The TLB as a strategy (hardware rule or VMM) may command it. */
export interface TlbControl {
  /** Removes the translation of one page, of any size, global or not. */
  invalidatePage(vpn: number): void;
  /** Removes all translations of the current tag; `keepGlobal` leaves the global ones, as MOV to CR3 does. */
  flush(keepGlobal: boolean): void;
}

/** What a strategy is built from. */
export interface Platform {
  readonly memory: PhysicalMemory;
  /** Frames for the tables of the VMM. */
  readonly vmmFrames: FrameAllocator;
  /** Where guest-physical frames lie in system memory. */
  readonly host: HostMemory;
  readonly walker: Walker;
  readonly tlb: TlbControl;
  readonly counters: Counters;
  readonly exits: Record<ExitCause, number>;
  /** TLB entries survive VM exits. */
  readonly taggedTlb: boolean;
}

export interface PagingStrategy {
  /** Whether walks read shadow tables, guest tables, or guest and nested tables. */
  readonly translation: Translation;
  /** Guest frame of the root that the guest believes CR3 points to. */
  readonly guestRoot: number;
  /** Translates after a TLB miss, doing whatever the hardware and the VMM do; returns one of OUTCOME. */
  translate(vpn: number, access: number): number;
  /** The guest takes the page fault that the last translation ended in. */
  guestFault(): void;
  /** A 32-bit word of guest-physical memory that holds tables. */
  readWord(guestFrame: number, word: number): number;
  /** The guest writes an 8-byte entry of a page table. */
  writeEntry(guestFrame: number, index: number, low: number, high: number): void;
  /** Puts an entry in place without a guest instruction: what was there before a trace begins. */
  presetEntry(guestFrame: number, index: number, low: number, high: number): void;
  /** MOV to CR3. */
  cr3Write(rootFrame: number): void;
  invlpg(vpn: number): void;
  /** An instruction or event that leaves a virtual machine and has nothing to do with memory. */
  sensitive(cause: ExitCause): void;
}

/** A strategy as the registry lists it. */
export interface StrategyDefinition {
  readonly title: string;
  /** The paper or manual it follows. */
  readonly source: string;
  /** Which dimension the `guest` side of its walks reads. */
  readonly walks: 'guest' | 'shadow';
  /** False for bare metal: there is no host. */
  readonly virtualized: boolean;
  readonly create: (platform: Platform) => PagingStrategy;
}
