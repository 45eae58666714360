/**
 * What page-walk caches are: they save a walk some of its references, in one of two ways.
 *
 * - Page-table caches keep single entries by their system-physical address. A walk still goes through every level, and finds some of the
 *   entries there instead of in memory. They carry no tags of a context.
 * - Translation caches keep, for the upper part of an address, the table that it leads to. A walk begins there. They are tagged.
 *
 * T. Barr, A. Cox, S. Rixner, "Translation Caching: Skip, Don't Walk (the Page Table)", ISCA 2010. Both keep entries of completed walks
 * only, which are present and accessed, and never leaves: Intel SDM vol. 3A, 4.10.3.
 */

/** Levels are 1-based and at most 5; one more stands for what is above the root. */
const LEVELS = 7;

/** The tables that a walk came by: what it found out at each level, before it read the entry of that level. */
export class WalkPath {
  /** Frame of the table of each level, in its own dimension, and its system frame. */
  readonly table: Float64Array;
  readonly system: Float64Array;
  /** AND of the low halves of the entries above, OR of their high halves: -1 and 0 at the root. */
  readonly rights: Int32Array;
  readonly anyHigh: Int32Array;
  /** Levels of the nested leaves that map the tables from the root down to this level: three bits for each level. */
  readonly nestedLeaves: Int32Array;
  /** Rights that nested tables give to the memory of each table. */
  readonly hostRights: Int32Array;

  constructor(length = LEVELS) {
    this.table = new Float64Array(length);
    this.system = new Float64Array(length);
    this.rights = new Int32Array(length);
    this.anyHigh = new Int32Array(length);
    this.nestedLeaves = new Int32Array(length);
    this.hostRights = new Int32Array(length);
  }

  /** Copies what is known of one table. */
  copy(at: number, to: WalkPath, place: number): void {
    to.table[place] = this.table[at]!;
    to.system[place] = this.system[at]!;
    to.rights[place] = this.rights[at]!;
    to.anyHigh[place] = this.anyHigh[at]!;
    to.nestedLeaves[place] = this.nestedLeaves[at]!;
    to.hostRights[place] = this.hostRights[at]!;
  }
}

export interface PageTableCache {
  readonly kind: 'entries';
  /** Halves of the entry that `find` found. */
  low: number;
  high: number;
  readonly evictions: number;
  /** Whether the entry at a word of simulated memory is held. */
  find(level: number, word: number): boolean;
  /** As `find`, where the entry's halves are known. */
  holds(level: number, word: number): boolean;
  keep(level: number, word: number, low: number, high: number): void;
  /**
   * Keeps the entries of a completed walk that point to tables, without those that were found here.
   * @param words the simulated memory
   * @param path index in it of each level's entry
   * @param first the level where the walk began
   * @param held bit n: the entry of level n was found here
   * @param narrow entries are of one word
   */
  keepPath(words: Int32Array, path: Int32Array, first: number, leaf: number, held: number, narrow: boolean): void;
  drop(level: number, word: number): void;
  clear(): void;
  /** Whether memory has all entries as they are held. @param words the simulated memory */
  agrees(words: Int32Array): boolean;
}

/** Whose addresses: a dimension, a tag in it, and the bits of an address that one level of its tables takes. */
export interface AddressSpaceTag {
  dimension: number;
  space: number;
  indexBits: number;
}

export interface TranslationCache {
  readonly kind: 'starts';
  readonly evictions: number;
  /**
   * The lowest level whose table is held for a page, from `lowest` on and below `top`; 0 if none. Fills `path` at that level and, where
   * it knows them, above, up to `top` - 1.
   */
  find(tag: AddressSpaceTag, page: number, top: number, path: WalkPath): number;
  /** Keeps the tables of a path from `leaf` up to `first` - 1: a walk began at `first`, and knows those above it, up to `top` - 1, from here. */
  keep(tag: AddressSpaceTag, page: number, top: number, first: number, leaf: number, path: WalkPath): void;
  /** Removes what leads to a page. */
  drop(tag: AddressSpaceTag, page: number): void;
  /** Removes the spaces of a dimension for which `gone` says so. */
  dropSpaces(dimension: number, gone: (space: number) => boolean): void;
  clear(): void;
}

export type WalkCache = PageTableCache | TranslationCache;
