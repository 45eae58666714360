/**
 * One dimension of a walk: a table format, its root and the control bits, worked out into masks by level and by access.
 * Guest and nested tables, and native or shadow tables, are all dimensions.
 */
import { indexAt, LINEAR_PAGES, lowerPart, pageOf, upperPart } from '../memory/address.js';
import type { PdpteRegisters } from './pdpte-registers.js';
import { EPT, PTE, type FormatControls, type TableFormat } from '../memory/formats/index.js';

/** Bits of an access, at their positions in a page-fault error code. */
export const ACCESS = { read: 0, write: 2, user: 4, fetch: 16 } as const;
/** Bits of an error code besides those of the access. */
export const FAULT = { present: 1, reserved: 8, protectionKey: 32 } as const;

/** Control bits of CR0, CR4, EFER, EFLAGS and CPUID that translation depends on. */
export interface PagingControls extends FormatControls {
  readonly wp: boolean;
  readonly smep: boolean;
  readonly smap: boolean;
  /** EFLAGS.AC. */
  readonly ac: boolean;
  readonly pge: boolean;
  readonly pke: boolean;
  readonly pks: boolean;
  readonly pkru: number;
  readonly pkrs: number;
  /** Accessed bits are set in each entry on the way down, also by a walk that then faults; else by walks that complete. */
  readonly earlyAccessed: boolean;
}

/** Controls as 64-bit operating systems set them, without SMEP, SMAP and protection keys. */
export const DEFAULT_CONTROLS: PagingControls = {
  maxPhyAddr: 48,
  nxe: true,
  page1gb: true,
  pse: true,
  bit8Reserved: false,
  eptAccessedDirty: true,
  executeOnly: true,
  modeBasedExecute: false,
  earlyAccessed: false,
  wp: true,
  smep: false,
  smap: false,
  ac: false,
  pge: true,
  pke: false,
  pks: false,
  pkru: 0,
  pkrs: 0,
};

/** Length of arrays indexed by level. */
export const LEVELS = 6;
const ACCESSES = 32;

export class Dimension {
  /** Frame of the root table. */
  root = 0;
  /** First word of the root table in its frame: not 0 only where a root is smaller than a frame. */
  rootWord = 0;
  /** PAE with the four PDPTEs in registers (natively and under EPT); null when a walk reads them. */
  pdptes: PdpteRegisters | null = null;
  format!: TableFormat;
  controls!: PagingControls;
  levels = 0;
  narrow = false;
  presentMask = 1;
  accessed = 0;
  dirty = 0;
  /** Page numbers from holeStart below holeEnd are not canonical. */
  holeStart = 0;
  holeEnd = 0;
  keyed = false;
  /** −1, or the page-number bits that 32-bit addresses have. */
  lowerMask = -1;

  indexBits = 0;
  indexMask = 0;
  /** Position of the root's index in a page number. */
  topShift = 0;
  /** The level whose entries have neither right nor accessed bits: 3 in PAE; 0 = none. */
  bareLevel = 0;
  leafReservedHigh = 0;
  /** Extended page tables: rights that no entry may have, one bit for each value of `rightsOf`; 0 elsewhere. */
  illegalRights = 0;
  reservedTypes = 0;
  earlyAccessed = false;
  /**
   * As nested tables without accessed and dirty bits of their own: a reference to the guest's tables is a read, and the right to write
   * them is asked only when a bit of the guest's has to be set.
   */
  guardsMarks = false;
  /** As nested tables: the access that a reference to the guest's tables is, and what is added to an access to data. */
  tableAccess = 0;
  dataAccess = 0;

  // By level, 1-based.
  readonly pageShift = new Int32Array(LEVELS);
  readonly leafBit = new Int32Array(LEVELS);
  /** Bits, by half, that an entry which points to a table has not. */
  readonly stopLow = new Int32Array(LEVELS);
  readonly stopHigh = new Int32Array(LEVELS);
  /** Bits of a low half of which an ordinary pointer to a table has only bit 0 set; 0 at level 1, which has no pointers. */
  readonly pointerMask = new Int32Array(LEVELS);
  /** Bits of a low half of which an ordinary large page has only PS set. */
  readonly quickLeaf = new Int32Array(LEVELS);
  readonly leafReservedLow = new Int32Array(LEVELS);
  /** Page-number bits inside a leaf of the level. */
  readonly innerMask = new Int32Array(LEVELS);

  // By access.
  /** Right bits an access needs in every entry. */
  readonly required = new Int32Array(ACCESSES);
  /** Right bits that, set in every entry, forbid the access (SMEP, SMAP). */
  readonly forbidden = new Int32Array(ACCESSES);
  /** Bits of a high half that, set in any entry, forbid the access. */
  readonly forbiddenHigh = new Int32Array(ACCESSES);
  /** The access's own bits as an error code shows them. */
  readonly errorBits = new Int32Array(ACCESSES);

  // By access, for walks that nothing interrupts (long-mode tables, present, permitted, nothing to set):
  /** 8-byte entries, 9 index bits at each level: the quick walk is for these. */
  plain = false;
  /** Bits that every low half has, the leaf's low half has besides, and no high half has. */
  readonly quickRights = new Int32Array(ACCESSES);
  readonly quickDirty = new Int32Array(ACCESSES);
  readonly quickHigh = new Int32Array(ACCESSES);

  constructor(format: TableFormat, rootAddress: number, controls: PagingControls = DEFAULT_CONTROLS) {
    this.set(format, rootAddress, controls);
  }

  set(format: TableFormat, rootAddress: number, controls: PagingControls): void {
    this.format = format;
    this.levels = format.levels;
    this.narrow = format.entryBytes === 4;
    this.plain = format.linearBits > 32;
    this.lowerMask = format.linearBits === 32 ? 2 ** 20 - 1 : -1;
    this.indexBits = format.indexBits;
    this.indexMask = 2 ** format.indexBits - 1;
    this.topShift = format.indexBits * (format.levels - 1);
    this.bareLevel = format.bareLevel;
    this.reservedTypes = format.reservedTypes;
    this.holeStart = format.linearBits === 32 ? 2 ** 20 : 2 ** (format.linearBits - 13);
    this.holeEnd = format.linearBits === 32 ? LINEAR_PAGES : LINEAR_PAGES - this.holeStart;
    this.setRoot(rootAddress);
    this.setControls(controls);
  }

  /** Bits of the address below the root's alignment are ignored, as in CR3. */
  setRoot(address: number): void {
    this.root = pageOf(address);
    this.rootWord = (address & 0xfff & ~(this.format.rootBytes - 1)) >> 2;
  }

  setControls(controls: PagingControls): void {
    this.controls = controls;
    this.earlyAccessed = controls.earlyAccessed;
    this.guardsMarks = this.format.readWriteExecute && !controls.eptAccessedDirty;
    const { format } = this;
    for (let level = 1; level <= format.levels; level++) {
      const pageShift = format.pageShift(level);
      this.pageShift[level] = pageShift;
      this.leafBit[level] = format.leafBit(level, controls);
      this.stopLow[level] = this.leafBit[level]! | format.pointerReservedLow(level, controls);
      this.stopHigh[level] = format.pointerReservedHigh(level, controls);
      this.pointerMask[level] = level === 1 ? 0 : 1 | this.stopLow[level]!;
      this.leafReservedLow[level] = format.leafReservedLow(level, controls);
      this.quickLeaf[level] = PTE.large | this.leafReservedLow[level]! | (this.leafBit[level] === 0 ? 1 : 0);
      this.innerMask[level] = pageShift > 30 ? 0 : 2 ** (pageShift - 12) - 1;
    }
    this.leafReservedHigh = format.leafReservedHigh(controls);
    if (format.readWriteExecute) this.#setEptAccesses();
    else this.#setAccesses();
  }

  /** The two parts of a page number that index these tables; formats of 32-bit addresses look at no more than 20 bits. */
  lowerOf(page: number): number {
    return lowerPart(page) & this.lowerMask;
  }

  upperOf(page: number): number {
    return this.lowerMask < 0 ? upperPart(page) : 0;
  }

  /** Word of a page's entry in the frame of its table. */
  wordOf(page: number, level: number): number {
    const index = indexAt(this.lowerOf(page), this.upperOf(page), this.indexBits * (level - 1), this.indexMask);
    return (this.narrow ? index : 2 * index) + (level === this.levels ? this.rootWord : 0);
  }

  /** Whether a leaf has a reserved memory type. */
  isBadType(low: number): boolean {
    return ((this.reservedTypes >> ((low >> 3) & 7)) & 1) !== 0;
  }

  /**
   * Whether a walk that nothing interrupts ends here: permitted, nothing reserved, no bit to set. False may also mean that it takes more to say.
   * @param rights AND of the low halves of all entries @param anyHigh OR of their high halves @param low of the leaf
   */
  endsPlainly(access: number, rights: number, anyHigh: number, low: number, level: number): boolean {
    const wanted = this.quickRights[access]!;
    const dirty = this.quickDirty[access]!;
    return (
      (rights & wanted) === wanted &&
      (rights & this.forbidden[access]!) === 0 &&
      (anyHigh === 0 || (anyHigh & this.quickHigh[access]!) === 0) &&
      (low & dirty) === dirty &&
      (level === 1 || (low & this.quickLeaf[level]!) === PTE.large) &&
      (this.reservedTypes === 0 || !this.isBadType(low))
    );
  }

  /** Whether an entry points to a table. */
  leadsOn(low: number, high: number, level: number): boolean {
    const stops = (low & this.stopLow[level]!) | (high & this.stopHigh[level]!);
    return (low & this.presentMask) !== 0 && stops === 0 && ((this.illegalRights >> rightsOf(low)) & 1) === 0;
  }

  isLeaf(low: number, level: number): boolean {
    return (low & this.leafBit[level]!) !== 0;
  }

  #setAccesses(): void {
    const { format } = this;
    const { wp, smep, smap, ac, nxe, pke, pks } = this.controls;
    this.presentMask = format.presentMask;
    this.accessed = format.accessed;
    this.dirty = format.dirty;
    this.illegalRights = 0;
    // AMD64 APM vol. 2, 15.25.5: nested walks are user accesses, those for the guest's tables writes.
    this.tableAccess = ACCESS.user | ACCESS.write;
    this.dataAccess = ACCESS.user;
    this.keyed = (pke || pks) && format.linearBits > 32;
    for (let access = 0; access < ACCESSES; access++) {
      const user = (access & ACCESS.user) !== 0;
      const write = (access & ACCESS.write) !== 0;
      const fetch = (access & ACCESS.fetch) !== 0;
      this.required[access] = (user ? PTE.user : 0) | (write && (user || wp) ? PTE.writable : 0);
      this.forbidden[access] = !user && (fetch ? smep : smap && !ac) ? PTE.user : 0;
      this.forbiddenHigh[access] = fetch ? 1 << 31 : 0;
      this.errorBits[access] = access & (nxe || smep ? 22 : 6);
      this.#setQuick(access);
    }
  }

  /** Intel SDM vol. 3C, 29.3.3: rights, and misconfigurations of rights; 29.3.5: accessed and dirty bits. */
  #setEptAccesses(): void {
    const { eptAccessedDirty, executeOnly, modeBasedExecute } = this.controls;
    this.presentMask = this.format.presentMask | (modeBasedExecute ? EPT.userExecute : 0);
    this.accessed = eptAccessedDirty ? this.format.accessed : 0;
    this.dirty = eptAccessedDirty ? this.format.dirty : 0;
    this.tableAccess = eptAccessedDirty ? ACCESS.write : ACCESS.read;
    this.dataAccess = 0;
    this.keyed = false;
    this.illegalRights = 0;
    for (const rights of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) {
      const unreadable = (rights & EPT.read) === 0;
      const fetchable = (rights & (modeBasedExecute ? 12 : 4)) !== 0;
      if (unreadable && ((rights & EPT.write) !== 0 || (fetchable && !executeOnly))) this.illegalRights |= 1 << rights;
    }
    for (let access = 0; access < ACCESSES; access++) {
      const fetched = modeBasedExecute && (access & ACCESS.user) !== 0 ? EPT.userExecute : EPT.execute;
      if ((access & ACCESS.fetch) !== 0) this.required[access] = fetched;
      else this.required[access] = (access & ACCESS.write) !== 0 ? EPT.write : EPT.read;
      this.forbidden[access] = this.forbiddenHigh[access] = this.errorBits[access] = 0;
      this.#setQuick(access);
    }
  }

  #setQuick(access: number): void {
    this.quickRights[access] = 1 | this.accessed | this.required[access]!;
    this.quickDirty[access] = (access & ACCESS.write) !== 0 ? this.dirty : 0;
    this.quickHigh[access] = this.stopHigh[1]! | this.leafReservedHigh | this.forbiddenHigh[access]!;
  }
}

/** The rights of an EPT entry as a number below 16: read 1, write 2, fetch 4, fetch of user pages 8. */
export function rightsOf(low: number): number {
  return (low & 7) | ((low >> 7) & 8);
}
