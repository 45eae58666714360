/**
 * What a page-table format is: data about its levels and bits, asked once when a walker or a table is set up.
 *
 * Entries are handled in one 64-bit form, two int32 halves, whatever the format stores (see PSE-36 in two-level.ts).
 */

/** Bits of the low half of an entry. No-execute is bit 63: see NO_EXECUTE. */
export const PTE = {
  present: 1,
  writable: 2,
  user: 4,
  writeThrough: 8,
  cacheDisable: 0x10,
  accessed: 0x20,
  dirty: 0x40,
  large: 0x80,
  global: 0x100,
} as const;

/** Bits of the low half of an entry of extended page tables. */
export const EPT = {
  read: 1,
  write: 2,
  execute: 4,
  accessed: 0x100,
  dirty: 0x200,
  /** Fetches from user-mode pages, under mode-based execute control; `execute` is then for the others. */
  userExecute: 0x400,
} as const;

/** Bit 63, in the high half of an entry. */
export const NO_EXECUTE = 0x8000_0000 | 0;

/** Processor state that decides which entry bits are reserved and which entries are leaves. */
export interface FormatControls {
  /** Width of physical addresses in bits, 32 to 52. */
  readonly maxPhyAddr: number;
  /** EFER.NXE: without it bit 63 is reserved. */
  readonly nxe: boolean;
  /** CPUID reports 1 GB pages: without them PS is reserved in a PDPTE. */
  readonly page1gb: boolean;
  /** CR4.PSE: 4 MB pages in two-level tables; other formats have large pages without it. */
  readonly pse: boolean;
  /** AMD reserves bit 8 of PML4E and PML5E; Intel ignores it. */
  readonly bit8Reserved: boolean;
  /** EPTP bit 6: accessed and dirty bits in extended page tables. */
  readonly eptAccessedDirty: boolean;
  /** Extended page tables: entries that allow fetches and nothing else; rights to fetch by privilege. */
  readonly executeOnly: boolean;
  readonly modeBasedExecute: boolean;
}

export interface TableFormat {
  readonly name: string;
  /** Levels of tables; level 1 maps 4 KiB pages, the root is at level `levels`. 0: paging is off. */
  readonly levels: number;
  readonly entryBytes: 4 | 8;
  /** Bits of a virtual address that are translated: more must be copies of the highest (canonical) when above 32. */
  readonly linearBits: 32 | 48 | 57;
  /** The root may lie anywhere at this alignment in its frame. */
  readonly rootBytes: number;
  /** Bits 0..2 are rights to read, write and fetch (EPT); else present, writable and user, and bit 63 forbids fetches. */
  readonly readWriteExecute: boolean;
  /** An entry without any of these bits is not present. */
  readonly presentMask: number;
  readonly accessed: number;
  readonly dirty: number;
  /** Bits of a page number that each level consumes (the root may use fewer). */
  readonly indexBits: 9 | 10;
  /** The level whose entries have neither right nor accessed bits, and so grant everything; 0 = none. */
  readonly bareLevel: number;
  /** Memory types (bits 3..5 of a leaf) that are reserved, one bit each; 0 where those bits mean something else. */
  readonly reservedTypes: number;
  /** Address bits below the entries of a level: 12 at level 1. */
  pageShift(level: number): number;
  /** The bit that makes an entry of this level a leaf, −1 if every present entry is one, 0 if none is. */
  leafBit(level: number, controls: FormatControls): number;
  /** Reserved bits of a pointer to a table and of a leaf, by half. */
  pointerReservedLow(level: number, controls: FormatControls): number;
  pointerReservedHigh(level: number, controls: FormatControls): number;
  leafReservedLow(level: number, controls: FormatControls): number;
  leafReservedHigh(controls: FormatControls): number;
}

/** Address bits at and above the physical width, in the high half of an entry (bits 32..51 of an address). */
export function reservedAddressBits(controls: FormatControls): number {
  return 0xf_ffff & ~(2 ** (controls.maxPhyAddr - 32) - 1);
}

/** PSE-36: bits 13..20 of a 4-MiB entry are address bits 32..39; the entry is brought into the 64-bit form. */
export function wideHigh(low: number): number {
  return (low >>> 13) & 0xff;
}

export function wideLow(low: number): number {
  return low & ~0x1f_e000;
}
