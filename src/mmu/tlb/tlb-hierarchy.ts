/**
 * The TLBs of one processor: a first level for fetches, loads and stores, and a second that they share or that is split. Levels may be
 * independent, or the second may hold all that the first holds (inclusive), or what the first gave up (exclusive).
 */
import type { Machine } from '../../config/machine-schema.js';
import type { Contexts } from '../contexts.js';
import type { PageIndex } from '../page-index.js';
import { TlbLevel } from './tlb-level.js';

/** Far from the end of 32-bit numbers: a batch of rows takes less than as many again. */
const LATEST = 2 ** 30;

export class TlbHierarchy {
  readonly l1i: TlbLevel;
  readonly load: TlbLevel;
  readonly store: TlbLevel;
  readonly l2i: TlbLevel | null = null;
  readonly l2d: TlbLevel | null = null;
  /** A walk fills the second level, unless that gets only what the first gives up. */
  readonly fillsBoth: boolean;
  readonly exclusive: boolean;
  private readonly levels: readonly TlbLevel[];
  /** Time of the last use of a translation, whoever's: whole numbers of 32 bits, see `renumber`. */
  clock = 0;
  /** By context: entries that removals of whole contexts have taken, in all arrays. */
  readonly removed: number[] = [];

  constructor(
    config: Machine['tlb'],
    readonly index: PageIndex,
    contexts: Contexts,
    seed = 1,
  ) {
    const level = (from: ConstructorParameters<typeof TlbLevel>[0], number: number): TlbLevel =>
      new TlbLevel(from, contexts, seed + 100 * number, number > 2 && config.inclusion !== 'exclusive');
    this.l1i = level(config.l1i, 0);
    if ('load' in config.l1d) {
      this.load = level(config.l1d.load, 1);
      this.store = level(config.l1d.store, 2);
    } else this.load = this.store = level(config.l1d, 1);
    if (config.l2 !== null) {
      if ('unified' in config.l2) this.l2i = this.l2d = level(config.l2.unified, 3);
      else {
        this.l2i = level(config.l2.instruction, 3);
        this.l2d = level(config.l2.data, 4);
      }
    }
    const all = [this.l1i, this.load, this.store, this.l2i, this.l2d].filter((one) => one !== null);
    this.levels = [...new Set(all)];
    this.exclusive = config.inclusion === 'exclusive' && config.l2 !== null;
    this.fillsBoth = config.l2 !== null && !this.exclusive;
    if (this.exclusive) this.passDown();
    if (config.inclusion === 'inclusive') this.takeAlong();
    this.reserve();
  }

  /** Times begin anew, in the order that they are in, before they become too large. */
  renumber(): void {
    if (this.clock < LATEST) return;
    const kept = this.levels.flatMap(({ arrays }) => arrays).flatMap(({ stamp, filled }) => [stamp, filled ?? stamp]);
    const times = [...new Set(kept.flatMap((array) => [...array]))].sort((a, b) => a - b);
    // An empty slot has time 0, and keeps it.
    const first = times[0] === 0 ? 0 : 1;
    const ranks = new Map(times.map((time, at) => [time, first + at]));
    for (const array of new Set(kept)) for (const [slot, time] of array.entries()) array[slot] = ranks.get(time)!;
    this.clock = first + times.length;
  }

  /** Two plain levels, of which a walk fills both; loads and stores share the first. */
  get isPlain(): boolean {
    const { l1i, load, store, l2d } = this;
    return this.fillsBoth && load === store && l1i.isPlain && load.isPlain && l2d!.isPlain;
  }

  /** Makes room for the pages that the index knows. */
  reserve(): void {
    for (const level of this.levels) level.reserve(this.index);
  }

  select(context: number): void {
    for (const level of this.levels) level.select(context);
  }

  /** Removes a page, of any size, from some contexts. */
  invalidate(vpn: number, contexts: readonly number[], keepGlobal: boolean): void {
    const { index } = this;
    const keys = [index.find(0, vpn), index.find(1, vpn), index.find(2, vpn)] as const;
    for (const context of contexts) for (const level of this.levels) level.invalidate(keys, context, keepGlobal);
  }

  /** Removes all translations of some contexts. */
  remove(contexts: readonly number[], keepGlobal: boolean): void {
    const gone = new Uint8Array(1 + Math.max(-1, ...contexts));
    for (const context of contexts) gone[context] = 1;
    for (const level of this.levels) level.remove(gone, keepGlobal, this.removed);
  }

  /** By context: entries that are held, in all arrays; one that two levels hold counts twice. */
  held(): number[] {
    const held: number[] = [];
    for (const level of this.levels) for (const array of level.arrays) array.addHeld(held);
    return held;
  }

  /** Exclusive: what the first level gives up goes to the second. */
  private passDown(): void {
    for (const first of new Set([this.l1i, this.load, this.store])) {
      const second = first === this.l1i ? this.l2i! : this.l2d!;
      for (const array of first.arrays)
        array.evicted = ({ key, frame, rights, stamp }, slot) => {
          const of = array.sizeOf(slot);
          const number = this.index.numberOf(of, key[slot]!);
          const global = array.isGlobal(slot);
          second
            .arrayOf(of, number)
            ?.fillFor(array.contextOf(slot), of, key[slot]!, number, frame[slot]!, rights[slot]!, global, stamp[slot]!);
        };
    }
  }

  /** Inclusive: what the second level gives up leaves the first too. */
  private takeAlong(): void {
    const firsts = [...new Set([this.l1i, this.load, this.store])];
    for (const second of new Set([this.l2i, this.l2d].filter((level) => level !== null))) {
      const served = firsts.filter((first) => second === (first === this.l1i ? this.l2i : this.l2d));
      for (const array of second.arrays)
        array.evicted = ({ key }, slot) => {
          const of = array.sizeOf(slot);
          for (const first of served)
            for (const held of first.of[of]) held.invalidate(of, key[slot]!, array.contextOf(slot));
        };
    }
  }
}
