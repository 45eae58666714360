/** What a walk left behind: the translation or the fault, the guest's path, and the counters of all walks. */
import { PTE } from '../memory/formats/index.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { LEVELS, type Dimension } from './dimension.js';
import type { NestedWalk } from './nested-walk.js';
import { GUEST, NESTED, type PteCacheModel, type WalkObserver } from './walk-observer.js';
import type { WalkTally } from './walk-tally.js';

/** Where a walk of guest tables may begin below the root: what a page-walk cache keeps. */
export interface WalkStart {
  /** Level of the table that is read first. */
  level: number;
  /** Its guest frame, and its system frame or −1 to find it through nested tables. */
  table: number;
  system: number;
  /** AND of the low halves of the entries above, OR of their high halves; −1 and 0 at the root. */
  rights: number;
  anyHigh: number;
}

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

  /** The guest's leaf as the walk read it, before it set accessed and dirty bits. */
  leafRead = 0;

  readonly tally: WalkTally;
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

  get hostWritable(): boolean {
    return this.host === null || (this.nested.rights & PTE.writable) !== 0;
  }

  get hostNoExecute(): boolean {
    return this.host !== null && this.nested.anyHigh < 0;
  }

  get writable(): boolean {
    return this.guestWritable && this.hostWritable;
  }

  get noExecute(): boolean {
    return this.guestNoExecute || this.hostNoExecute;
  }

  /** log2 of the nested page that holds the data; natively the guest's own page size. */
  get hostShift(): number {
    return this.host === null ? this.guestShift : this.host.pageShift[this.nested.level]!;
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
    return this.host === null || (this.nested.leafLow & this.host.dirty) === this.host.dirty;
  }

  /** Bits 0..31 of EXITINFO1, of a nested fault. */
  get nestedError(): number {
    return this.nested.error;
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

  /** Fills `start` so that a later walk begins at a table that the last walk, begun at the root, came by. */
  keepStart(level: number, start: WalkStart): void {
    start.level = level;
    start.table = this.pathFrame[level]!;
    const place = this.pathWord[level]! >> 10;
    start.system = place === 0 ? -1 : this.memory.frameAt[place]!;
    start.rights = -1;
    start.anyHigh = 0;
    const { levels, pdptes, bareLevel } = this.guest;
    for (let above = pdptes === null ? levels : levels - 1; above > level; above--) {
      if (above !== bareLevel) start.rights &= this.pathLow(above);
      start.anyHigh |= this.pathHigh(above);
    }
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
