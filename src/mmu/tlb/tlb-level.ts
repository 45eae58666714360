/** One TLB level for one kind of access: the arrays that hold each size of page. */
import type { TlbArrayConfig, TlbLevelConfig, TlbSizes } from '../../config/machine-schema.js';
import type { Contexts } from '../contexts.js';
import { HUGE, LARGE, SIZES, SMALL, type PageIndex, type Size } from '../page-index.js';
import { TlbArray } from './tlb-array.js';

/** Sizes that an array of each name holds. */
export const HOLDS: Record<TlbSizes, readonly Size[]> = {
  '4k': [SMALL],
  '2m': [LARGE],
  '1g': [HUGE],
  '4k+2m': [SMALL, LARGE],
  '4k+1g': [SMALL, HUGE],
  '2m+1g': [LARGE, HUGE],
  shared: [SMALL, LARGE, HUGE],
};

export class TlbLevel {
  readonly arrays: readonly TlbArray[];
  /** The arrays that hold each size: a size in several is spread over them by its page number. */
  readonly of: readonly [readonly TlbArray[], readonly TlbArray[], readonly TlbArray[]];
  /** Where 4 KiB translations are, or the first of the arrays that share them. */
  readonly small: TlbArray;
  private readonly others: boolean;
  private readonly held = new Int32Array(SIZES);
  /** Array and size of the translation that `find` found. */
  array: TlbArray;
  size: Size = SMALL;

  /** @param ordered see TlbArray */
  constructor(config: TlbLevelConfig, contexts: Contexts, seed: number, ordered: boolean) {
    const given = Object.entries(config).filter((entry): entry is [TlbSizes, TlbArrayConfig] => Boolean(entry[1]));
    const spread = Math.max(
      ...[SMALL, LARGE, HUGE].map((size) => given.filter(([name]) => HOLDS[name].includes(size as Size)).length),
    );
    const made = given.map(([name, array], at) => ({
      holds: HOLDS[name],
      array: new TlbArray(
        array,
        contexts,
        HOLDS[name],
        this.held,
        HOLDS[name].includes(SMALL) ? spread : 1,
        seed + at,
        ordered,
      ),
    }));
    const of = (size: Size): TlbArray[] => made.filter(({ holds }) => holds.includes(size)).map(({ array }) => array);
    this.of = [of(SMALL), of(LARGE), of(HUGE)];
    this.arrays = made.map(({ array }) => array);
    this.array = this.small = this.of[SMALL][0]!;
    this.others = this.of[SMALL].length > 1;
  }

  reserve(index: PageIndex): void {
    for (const array of this.arrays) array.reserve(index);
  }

  select(context: number): void {
    for (const array of this.arrays) array.select(context);
  }

  /** One array for pages of 4 KiB, whose hits note nothing but their time. */
  get isPlain(): boolean {
    return this.of[SMALL].length === 1 && this.small.isSimple;
  }

  /** Whether it holds any translation of more than 4 KiB. */
  get holdsLarger(): boolean {
    return this.held[LARGE]! + this.held[HUGE]! > 0;
  }

  /** The array for a page, given by its number in units of its size; undefined where no array holds that size. */
  arrayOf(size: Size, number: number): TlbArray | undefined {
    const arrays = this.of[size];
    return arrays.length < 2 ? arrays[0] : arrays[number % arrays.length];
  }

  /** Slot, in `array` and of `size`, of the translation of a page in the current context; -1 when none is held. */
  find(index: PageIndex, key: number): number {
    const slot = this.small.slotOf[SMALL][key]!;
    if (slot >= 0) {
      this.array = this.small;
      this.size = SMALL;
      return slot;
    }
    return this.others || this.holdsLarger ? this.findElsewhere(index, key) : -1;
  }

  private findElsewhere(index: PageIndex, key: number): number {
    for (const size of [SMALL, LARGE, HUGE] as const) {
      for (const array of this.of[size]) {
        const slot = array.slotOf[size][index.keyAt(size, key)]!;
        if (slot < 0) continue;
        this.array = array;
        this.size = size;
        return slot;
      }
    }
    return -1;
  }

  /** Removes the translation of a page, given by its key of each size, from a context. */
  invalidate(keys: readonly [number, number, number], context: number, keepGlobal: boolean): void {
    for (const size of [SMALL, LARGE, HUGE] as const)
      for (const array of this.of[size]) array.invalidate(size, keys[size], context, keepGlobal);
  }

  remove(gone: Uint8Array, keepGlobal: boolean, removed: number[]): void {
    for (const array of this.arrays) array.remove(gone, keepGlobal, removed);
  }
}
