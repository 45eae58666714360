/**
 * The ways from a root to the leaf tables that walks came by, one for each stretch of 512 pages: where its leaf entries lie, and what the entries
 * above them grant. This is the simulator's memory, not a cache of the hardware's: a walk that begins here counts every entry above as read.
 *
 * It holds while nothing writes to the tables on the way (`PhysicalMemory.watch`); then all is forgotten. Leaf entries are read each time.
 */
import { lowerPart, upperPart } from '../memory/address.js';
import type { PhysicalMemory } from '../memory/physical.js';
import type { Dimension } from './dimension.js';

/** Ways that are kept: those of 16 GiB that lie together. */
const SLOTS = 2 ** 13;
/** Bits of a page's region number (512 pages) that choose its slot, and log2 of the words of 32 bits in one. */
export const REGION_MASK = SLOTS - 1;
export const WAY_SHIFT = 3;
/** Of twice a page number: the word of its entry among those of its table. */
export const LEAF_MASK = 1022;
const LAST_GENERATION = 2 ** 31 - 1;

/** What the words of a slot are. `mask` picks a page's place among leaf entries out of twice its number: 0 where the leaf is a large page. */
export const WAY = { lower: 0, upper: 1, generation: 2, leaf: 3, mask: 4, rights: 5, high: 6, notes: 7 } as const;

export class Ways {
  readonly slots = new Int32Array(SLOTS << WAY_SHIFT);
  /** Slots of another one are void. */
  generation = 1;
  private epoch = -1;
  private tables: Dimension | null = null;
  private root = 0;
  private controls: unknown = null;

  constructor(private readonly memory: PhysicalMemory) {}

  /** Whether what is kept is of these tables as they are; else it is forgotten. */
  holds(tables: Dimension): boolean {
    if (
      this.epoch === this.memory.epoch &&
      this.tables === tables &&
      this.root === tables.root &&
      this.controls === tables.controls
    )
      return true;
    this.forget();
    this.epoch = this.memory.epoch;
    this.tables = tables;
    this.root = tables.root;
    this.controls = tables.controls;
    return false;
  }

  forget(): void {
    if (this.generation === LAST_GENERATION) {
      this.slots.fill(0);
      this.generation = 0;
    }
    this.generation++;
  }

  /** Where in `slots` the way to a page is, given by the parts of its number; -1 when it is not kept. */
  find(lower: number, upper: number): number {
    const region = lower >> 9;
    const at = (region & REGION_MASK) << WAY_SHIFT;
    const { slots } = this;
    return slots[at + WAY.lower] === region &&
      slots[at + WAY.upper] === upper &&
      slots[at + WAY.generation] === this.generation
      ? at
      : -1;
  }

  /** @param leaf where in the memory's words the first leaf entry is @param notes the walker's own */
  keep(lower: number, upper: number, leaf: number, mask: number, rights: number, high: number, notes: number): void {
    const region = lower >> 9;
    const at = (region & REGION_MASK) << WAY_SHIFT;
    this.slots.set([region, upper, this.generation, leaf, mask, rights, high, notes], at);
  }
}

/** Copies of ways by the dense numbers of their regions (see PageIndex): found without a look at page numbers, and none in the place of another. */
export class NearWays {
  private slots = new Int32Array(0);

  /** Slots for so many regions. */
  reserve(regions: number): Int32Array {
    if (this.slots.length < regions << WAY_SHIFT) this.slots = new Int32Array((2 * regions) << WAY_SHIFT);
    return this.slots;
  }

  /** Copies the way to a page, if it is kept. @returns whether it is */
  bring(ways: Ways, page: number, region: number): boolean {
    const at = ways.find(lowerPart(page), upperPart(page));
    if (at >= 0) this.slots.set(ways.slots.subarray(at, at + (1 << WAY_SHIFT)), region << WAY_SHIFT);
    return at >= 0;
  }
}
