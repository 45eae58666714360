/**
 * The second dimension of a walk: a guest-physical page through nested tables. AMD64 APM vol. 2, 15.25.
 *
 * `#quick` makes the walk that nothing interrupts: long-mode tables, no fault, no bit to set, nobody watching. Whatever it
 * meets besides, it leaves to `#full`, which begins again and does every check in order.
 */
import { indexAt, lowerPart, upperPart } from '../memory/address.js';
import { PTE, wideHigh, wideLow } from '../memory/formats/index.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, FAULT, LEVELS, type Dimension } from './dimension.js';
import { markPath } from './mark.js';
import { NESTED, type WalkObserver } from './walk-observer.js';
import { WalkTally } from './walk-tally.js';

export class NestedWalk {
  observer: WalkObserver | null = null;
  readonly tally = new WalkTally();

  /** System frame of the 4-KiB page asked for, after a walk that returned true. */
  frame = 0;
  /** Level of the last entry read. */
  level = 0;
  /** AND of the low halves of the entries read, OR of their high halves. */
  rights = 0;
  anyHigh = 0;
  /** Low half of the leaf after the walk. */
  leafLow = 0;
  /** Error-code bits of a walk that returned false. */
  error = 0;

  readonly #words = new Int32Array(LEVELS);

  constructor(private readonly memory: PhysicalMemory) {}

  walk(host: Dimension, page: number, access: number): boolean {
    if (host.plain && this.observer === null && this.tally.pteCache === null && this.#quick(host, page, access))
      return true;
    return this.#full(host, page, access);
  }

  #quick(host: Dimension, page: number, access: number): boolean {
    const memory = this.memory;
    const words = memory.words;
    const flat = memory.flat;
    const pointerMask = host.pointerMask;
    const lower = lowerPart(page);
    const upper = upperPart(page);
    let level = host.levels;
    let shift = 9 * (level - 1);
    let table = host.root;
    let rights = -1;
    let anyHigh = 0;
    let low = 0;
    let high = 0;
    for (; ; level--) {
      const base = table < flat.length ? flat[table]! : memory.baseOf(table);
      const word = base + (indexAt(lower, upper, shift, 511) << 1);
      low = words[word]!;
      high = words[word + 1]!;
      rights &= low;
      anyHigh |= high;
      if ((low & pointerMask[level]!) !== 1) break;
      table = high === 0 ? low >>> 12 : (low >>> 12) + (high & 0xfffff) * 0x100000;
      shift -= 9;
    }
    const wanted = host.quickRights[access]!;
    const dirty = host.quickDirty[access]!;
    if (
      (rights & wanted) !== wanted ||
      (anyHigh !== 0 && (anyHigh & host.quickHigh[access]!) !== 0) ||
      (low & dirty) !== dirty ||
      (level > 1 && (low & host.quickLeaf[level]!) !== PTE.large)
    ) {
      return false;
    }
    this.tally.descend(NESTED, host.levels, level);
    this.level = level;
    this.leafLow = low;
    this.rights = rights;
    this.anyHigh = anyHigh;
    const inner = host.innerMask[level]!;
    this.frame = ((low >>> 12) & ~inner) + (lower & inner) + (high === 0 ? 0 : (high & 0xfffff) * 0x100000);
    return true;
  }

  #full(host: Dimension, page: number, access: number): boolean {
    const memory = this.memory;
    const words = memory.words;
    const { levels, narrow, bareLevel, presentMask, stopLow, stopHigh } = host;
    let table = host.root;
    let rights = -1;
    let anyHigh = 0;
    let low = 0;
    let high = 0;
    let level = levels;
    for (; ; level--) {
      const word = memory.baseOf(table) + host.wordOf(page, level);
      this.#words[level] = word;
      low = words[word]!;
      high = narrow ? 0 : words[word + 1]!;
      this.observer?.reference(NESTED, level, table * 4096 + (word & 1023) * 4);
      if (this.tally.pteCache !== null) this.tally.touch(NESTED, level, word >> 4);
      if (level !== bareLevel) rights &= low;
      anyHigh |= high;
      if ((low & presentMask) === 0 || ((low & stopLow[level]!) | (high & stopHigh[level]!)) !== 0) break;
      table = (low >>> 12) + (high & 0xfffff) * 0x100000;
    }
    this.tally.descend(NESTED, levels, level);
    this.level = level;

    if ((low & presentMask) === 0) return this.#refuse(host, access, 0);
    if (!host.isLeaf(low, level)) return this.#refuse(host, access, FAULT.present | FAULT.reserved);
    const rawLow = low;
    if (narrow && level > 1) {
      high = wideHigh(low);
      low = wideLow(low);
    }
    if (((low & host.leafReservedLow[level]!) | (high & host.leafReservedHigh)) !== 0) {
      return this.#refuse(host, access, FAULT.present | FAULT.reserved);
    }
    const required = host.required[access]!;
    if ((rights & required) !== required || (anyHigh & host.forbiddenHigh[access]!) !== 0) {
      return this.#refuse(host, access, FAULT.present);
    }
    const dirty = (access & ACCESS.write) !== 0 ? host.dirty : 0;
    if ((rights & host.accessed) !== host.accessed || (rawLow & dirty) !== dirty) {
      markPath(memory, host, levels, level, dirty, this.#words, NESTED, this.observer);
    }
    const inner = host.innerMask[level]!;
    this.frame = ((low >>> 12) & ~inner) + (lowerPart(page) & inner) + (high & 0xfffff) * 0x100000;
    this.leafLow = rawLow | dirty;
    this.rights = rights;
    this.anyHigh = anyHigh;
    return true;
  }

  #refuse(host: Dimension, access: number, code: number): false {
    this.error = host.errorBits[access]! | code;
    return false;
  }
}
