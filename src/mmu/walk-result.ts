/** What a walk left behind: the translation or the fault, the guest's path, and the counters of all walks. */
import { EPT, PTE } from '../memory/formats/index.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, LEVELS, type Dimension } from './dimension.js';
import type { NestedWalk } from './nested-walk.js';
import type { NestedTlb } from './nested-tlb.js';
import type { Switching } from './switching.js';
import {
  WalkPath,
  type AddressSpaceTag,
  type PageTableCache,
  type TranslationCache,
  type WalkCache,
} from './walk-cache/walk-cache.js';
import { GUEST, NESTED, type PteCacheModel, type WalkObserver } from './walk-observer.js';
import type { WalkTally } from './walk-tally.js';

export class WalkResult {
  // The last translation, valid when the walk returned ok. Frames are of the 4-KiB page asked for.
  frame = 0;
  guestFrame = 0;
  /** log2 of the page size; 0 when paging is off. */
  guestShift = 0;
  /** AND of the low halves of the guest's entries, OR of their high halves, and the leaf's low half after the walk. */
  guestRights = 0;
  guestHigh = 0;
  leafLow = 0;

  // The last fault.
  /** Page-fault error code, of a guest fault. */
  errorCode = 0;
  /** The nested fault was on the way to an entry of the guest's tables, not to the data. */
  faultInTable = false;
  /** Guest-physical frame of a nested fault, and the offset in it: of the table entry, or 0 for data. */
  faultFrame = 0;
  faultOffset = 0;

  /** References of the last walk, those of nested walks among them. */
  refs = 0;

  /** The guest's path by level, from the root down to `lastLevel`: guest frame of each table. */
  readonly pathFrame = new Float64Array(LEVELS);
  /** Index in memory.words of each entry's low half. */
  readonly pathWord = new Int32Array(LEVELS);
  lastLevel = 0;
  /** Rights that nested tables give to the memory of each table on the path. */
  readonly pathHostRights = new Int32Array(LEVELS);

  /** The guest's leaf as the walk read it, before it set accessed and dirty bits. */
  leafRead = 0;

  readonly tally: WalkTally;
  /** Walks that may begin in shadow tables and go on in the guest's; null: all walks are of one kind. */
  switching: Switching | null = null;
  protected starts: TranslationCache | null = null;
  protected entries: PageTableCache | null = null;
  protected readonly tag: AddressSpaceTag = { dimension: GUEST, space: 0, indexBits: 9 };
  protected readonly path = new WalkPath();
  /** The page of the last walk. */
  protected vpn = 0;
  #observer: WalkObserver | null = null;

  constructor(
    readonly memory: PhysicalMemory,
    public guest: Dimension,
    protected readonly nested: NestedWalk,
    /** Nested tables; null when guest-physical is system-physical. */
    public host: Dimension | null,
  ) {
    this.tally = nested.tally;
  }

  get observer(): WalkObserver | null {
    return this.#observer;
  }

  set observer(observer: WalkObserver | null) {
    this.#observer = this.nested.observer = observer;
  }

  get pteCache(): PteCacheModel | null {
    return this.tally.pteCache;
  }

  set pteCache(pteCache: PteCacheModel | null) {
    this.tally.pteCache = pteCache;
  }

  get guestWritable(): boolean {
    return (this.guestRights & PTE.writable) !== 0;
  }

  get guestUser(): boolean {
    return (this.guestRights & PTE.user) !== 0;
  }

  get guestNoExecute(): boolean {
    return this.guestHigh < 0;
  }

  /** Nothing sees or serves the single references of walks. */
  protected get isPlain(): boolean {
    return (
      this.starts === null &&
      this.entries === null &&
      this.nestedTlb === null &&
      this.pteCache === null &&
      this.isUnwatched
    );
  }

  /** Nobody looks on, and all of a walk is of one kind. */
  protected get isUnwatched(): boolean {
    return this.#observer === null && this.switching === null;
  }

  /** The last walk met no nested tables: there are none, or it ended in shadow tables. */
  protected get oneDimensional(): boolean {
    return this.host === null || (this.switching !== null && this.switching.at === 0);
  }

  get hostWritable(): boolean {
    return this.oneDimensional || (this.nested.rights & PTE.writable) !== 0;
  }

  get hostReadable(): boolean {
    return this.oneDimensional || !this.host!.format.readWriteExecute || (this.nested.rights & EPT.read) !== 0;
  }

  get hostNoExecute(): boolean {
    if (this.oneDimensional) return false;
    if (!this.host!.format.readWriteExecute) return this.nested.anyHigh < 0;
    const fetched = this.host!.controls.modeBasedExecute && this.guestUser ? EPT.userExecute : EPT.execute;
    return (this.nested.rights & fetched) === 0;
  }

  get writable(): boolean {
    return this.guestWritable && this.hostWritable;
  }

  get noExecute(): boolean {
    return this.guestNoExecute || this.hostNoExecute;
  }

  /** log2 of the nested page that holds the data; natively the guest's own page size. */
  get hostShift(): number {
    return this.oneDimensional ? this.guestShift : this.host!.pageShift[this.nested.level]!;
  }

  get global(): boolean {
    return (this.leafLow & PTE.global) !== 0 && this.guest.controls.pge;
  }

  /** The guest's leaf has its dirty bit set after the walk. */
  get leafDirty(): boolean {
    return (this.leafLow & this.guest.dirty) !== 0;
  }

  /** The nested leaf that maps the data has its dirty bit set after the walk. */
  get hostDirty(): boolean {
    return this.oneDimensional || (this.nested.leafLow & this.host!.dirty) === this.host!.dirty;
  }

  /** Bits 0..31 of EXITINFO1, of a nested fault. */
  get nestedError(): number {
    return this.nested.error;
  }

  /** Whether a nested fault was an EPT misconfiguration, not a violation (under NPT: reserved bits, a bit of the error code). */
  get misconfigured(): boolean {
    return this.nested.illegal;
  }

  /**
   * Bits 0..8 of the exit qualification of an EPT violation: Intel SDM vol. 3C, table 28-7. A reference to the guest's tables that is a
   * write, or needs to be one, counts as a read too.
   * @param linear whether the access had a linear address, as all but the load of PDPTEs have
   */
  qualification(linear: boolean): number {
    const { refusedAccess, rights } = this.nested;
    const write = (refusedAccess & ACCESS.write) !== 0;
    const fetch = (refusedAccess & ACCESS.fetch) !== 0;
    const kind = fetch ? 4 : write ? (this.faultInTable ? 3 : 2) : 1;
    const userExecute = this.host!.controls.modeBasedExecute ? (rights & EPT.userExecute) >> 4 : 0;
    return kind | ((rights & 7) << 3) | userExecute | (linear ? (this.faultInTable ? 0x80 : 0x180) : 0);
  }

  /**
   * Bits 9..11 of the qualification for the final translation, on processors that report them: the guest's rights of the linear address
   * (user page, writable, no execute).
   */
  get advancedQualification(): number {
    if (this.faultInTable) return 0;
    return (this.guestUser ? 0x200 : 0) | (this.guestWritable ? 0x400 : 0) | (this.guestNoExecute ? 0x800 : 0);
  }

  /** EXITINFO1 of a nested fault: bit 32 for the data's address, bit 33 for an entry of the guest's tables. */
  get exitInfo1(): number {
    return this.nested.error + (this.faultInTable ? 2 ** 33 : 2 ** 32);
  }

  /** Guest-physical address of a nested fault; the offset of a data access is not known here and left out. */
  get faultGpa(): number {
    return this.faultFrame * 4096 + this.faultOffset;
  }

  /** Index of the guest's entry of a level in its table. */
  pathIndex(level: number): number {
    const word = (this.pathWord[level]! & 1023) - (level === this.guest.levels ? this.guest.rootWord : 0);
    return this.guest.narrow ? word : word >> 1;
  }

  /** Halves of the guest's entry of a level as they are now, after accessed and dirty bits were set. */
  pathLow(level: number): number {
    return this.memory.words[this.pathWord[level]!]!;
  }

  pathHigh(level: number): number {
    return this.guest.narrow ? 0 : this.memory.words[this.pathWord[level]! + 1]!;
  }

  /** The walk cache of the guest's dimension. */
  get walkCache(): WalkCache | null {
    return this.starts ?? this.entries;
  }

  /** @param nested whether it keeps entries of nested tables too */
  setWalkCache(cache: WalkCache | null, nested: boolean): void {
    this.starts = cache?.kind === 'starts' ? cache : null;
    this.entries = cache?.kind === 'entries' ? cache : null;
    this.nested.starts = nested ? this.starts : null;
    this.nested.entries = nested ? this.entries : null;
  }

  get nestedTlb(): NestedTlb | null {
    return this.nested.nestedTlb;
  }

  set nestedTlb(nestedTlb: NestedTlb | null) {
    this.nested.nestedTlb = nestedTlb;
  }

  /** Tags of what walk caches and the nested TLB keep from now on. */
  setSpaces(guest: number, nested: number): void {
    this.tag.space = guest;
    this.tag.indexBits = this.guest.indexBits;
    this.nested.tag.space = nested;
    if (this.host !== null) this.nested.tag.indexBits = this.host.indexBits;
  }

  /** References made to guest tables by walks that ended in a translation, by level. */
  get guestRefs(): Float64Array {
    return this.tally.refs(GUEST);
  }

  get nestedRefs(): Float64Array {
    return this.tally.refs(NESTED);
  }

  resetCounters(): void {
    this.tally.reset();
  }
}
