/**
 * The second dimension of a walk: a guest-physical page through nested tables. AMD64 APM vol. 2, 15.25.
 *
 * `#quick` makes the walk that nothing interrupts: long-mode tables, no fault, no bit to set, nobody watching. Whatever it
 * meets besides, it leaves to `#full`, which begins again and does every check in order.
 */
import { indexAt, lowerPart, upperPart } from '../memory/address.js';
import { wideHigh, wideLow } from '../memory/formats/index.js';
import { entryFrame } from '../memory/page-table.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { ACCESS, FAULT, LEVELS, rightsOf, type Dimension } from './dimension.js';
import { markEntry, markPath } from './mark.js';
import type { NestedTlb } from './nested-tlb.js';
import { WalkPath, type AddressSpaceTag, type PageTableCache, type TranslationCache } from './walk-cache/walk-cache.js';
import { NESTED, SAVED_BY, type Saver, type WalkObserver } from './walk-observer.js';
import { WalkTally } from './walk-tally.js';

export class NestedWalk {
  observer: WalkObserver | null = null;
  readonly tally = new WalkTally();

  starts: TranslationCache | null = null;
  entries: PageTableCache | null = null;
  nestedTlb: NestedTlb | null = null;
  readonly tag: AddressSpaceTag = { dimension: NESTED, space: 0, indexBits: 9 };
  readonly #path = new WalkPath();
  /** References of the last walk. */
  refs = 0;

  /** System frame of the 4-KiB page asked for, after a walk that returned true. */
  frame = 0;
  /** Level of the last entry read. */
  level = 0;
  /** AND of the low halves of the entries read, OR of their high halves. */
  rights = 0;
  anyHigh = 0;
  /** Low half of the leaf after the walk. */
  leafLow = 0;
  /** Error-code bits of a walk that returned false (NPT). */
  error = 0;
  /** The access that was refused, and whether because an entry was illegal (reserved bits, EPT misconfiguration). */
  refusedAccess = 0;
  illegal = false;

  readonly #words = new Int32Array(LEVELS);

  constructor(private readonly memory: PhysicalMemory) {}

  walk(host: Dimension, page: number, access: number): boolean {
    const plain = host.plain && this.observer === null && this.tally.pteCache === null;
    if (plain && this.starts === null && this.entries === null && this.#quick(host, page, access)) {
      this.refs = host.levels - this.level + 1;
      return true;
    }
    return this.#full(host, page, access);
  }

  /** Takes a translation from the nested TLB, if that has it with the rights that an access needs. */
  recall(host: Dimension, page: number, access: number): boolean {
    const held = this.nestedTlb!.find(this.tag.space, page);
    if (held === null) return false;
    const { rights, anyHigh, leafLow } = held;
    const required = host.required[access]!;
    const dirty = (access & ACCESS.write) !== 0 ? host.dirty : 0;
    if (
      (rights & required) !== required ||
      (anyHigh & host.forbiddenHigh[access]!) !== 0 ||
      (leafLow & dirty) !== dirty
    )
      return false;
    this.frame = held.frame;
    this.level = held.level;
    this.rights = rights;
    this.anyHigh = anyHigh;
    this.leafLow = leafLow;
    this.tally.hits[SAVED_BY.nestedTlb]! += 1;
    this.skip(held.level, host.levels, SAVED_BY.nestedTlb);
    return true;
  }

  /** A whole nested walk, down to a leaf of a level, need not be made. */
  skip(leaf: number, levels: number, by: Saver): void {
    this.tally.descend(NESTED, levels, leaf);
    for (let level = levels; level >= leaf; level--) this.#save(level, by);
  }

  /** Removes what is kept of the way to a guest frame: Intel SDM vol. 3C, 29.4.3. */
  forget(host: Dimension, page: number): void {
    this.nestedTlb?.drop(this.tag.space, page);
    this.starts?.drop(this.tag, page);
    if (this.entries !== null) this.#forgetEntries(this.entries, host, page);
  }

  /** As a walk would go, which reads an entry in memory only where it is not held. */
  #forgetEntries(entries: PageTableCache, host: Dimension, page: number): void {
    const { memory } = this;
    let table = host.root;
    for (let level = host.levels; level > 1; level--) {
      const word = memory.baseOf(table) + host.wordOf(page, level);
      const isHeld = entries.find(level, word);
      const low = isHeld ? entries.low : memory.words[word]!;
      const high = isHeld ? entries.high : host.narrow ? 0 : memory.words[word + 1]!;
      if (isHeld) entries.drop(level, word);
      if (!host.leadsOn(low, high, level)) return;
      table = entryFrame(low, high);
    }
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
    if (!host.endsPlainly(access, rights, anyHigh, low, level)) return false;
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
    const { starts, entries } = this;
    const path = this.#path;
    const { levels, narrow, bareLevel, presentMask, stopLow, stopHigh, illegalRights } = host;
    let table = host.root;
    let rights = -1;
    let anyHigh = 0;
    let low = 0;
    let high = 0;
    let level = levels;
    let held = 0;
    if (starts !== null) {
      const start = starts.find(this.tag, page, levels, path);
      if (start > 0) {
        this.tally.hits[SAVED_BY.walkCache]! += 1;
        for (; level > start; level--) this.#save(level, SAVED_BY.walkCache);
        table = path.table[level]!;
        rights = path.rights[level]!;
        anyHigh = path.anyHigh[level]!;
      }
    }
    const first = level;
    this.refs = 0;
    for (; ; level--) {
      const word = memory.baseOf(table) + host.wordOf(page, level);
      this.#words[level] = word;
      if (starts !== null && (level < first || level === levels)) {
        path.table[level] = table;
        path.rights[level] = rights;
        path.anyHigh[level] = anyHigh;
      }
      if (entries !== null && level > 1 && entries.find(level, word)) {
        low = entries.low;
        high = entries.high;
        held |= 1 << level;
        this.tally.hits[SAVED_BY.walkCache]! += 1;
        this.#save(level, SAVED_BY.walkCache);
      } else {
        low = words[word]!;
        high = narrow ? 0 : words[word + 1]!;
        this.refs++;
        const served = this.tally.pteCache === null ? 3 : this.tally.touch(NESTED, level, word >> 4);
        this.observer?.reference(NESTED, level, table * 4096 + (word & 1023) * 4, low, high, served);
      }
      if (level !== bareLevel) rights &= low;
      anyHigh |= high;
      if ((low & presentMask) === 0 || ((low & stopLow[level]!) | (high & stopHigh[level]!)) !== 0) break;
      if (((illegalRights >> rightsOf(low)) & 1) !== 0) break;
      if (host.earlyAccessed && level !== bareLevel)
        markEntry(memory, host, level, host.accessed, word, NESTED, this.observer);
      table = (low >>> 12) + (high & 0xfffff) * 0x100000;
    }
    this.tally.descend(NESTED, levels, level);
    this.level = level;
    this.rights = rights;

    if ((low & presentMask) === 0) return this.#refuse(host, access, 0);
    if (!host.isLeaf(low, level) || ((illegalRights >> rightsOf(low)) & 1) !== 0) {
      return this.#refuse(host, access, FAULT.present | FAULT.reserved);
    }
    const rawLow = low;
    if (narrow && level > 1) {
      high = wideHigh(low);
      low = wideLow(low);
    }
    if (((low & host.leafReservedLow[level]!) | (high & host.leafReservedHigh)) !== 0 || host.isBadType(low)) {
      return this.#refuse(host, access, FAULT.present | FAULT.reserved);
    }
    const required = host.required[access]!;
    if ((rights & required) !== required || (anyHigh & host.forbiddenHigh[access]!) !== 0) {
      return this.#refuse(host, access, FAULT.present);
    }
    const dirty = (access & ACCESS.write) !== 0 ? host.dirty : 0;
    if ((rights & host.accessed) !== host.accessed || (rawLow & dirty) !== dirty) {
      markPath(memory, host, first, level, dirty, this.#words, NESTED, this.observer);
    }
    starts?.keep(this.tag, page, levels, first, level, path);
    if (entries !== null) entries.keepPath(words, this.#words, first, level, held, narrow);
    const inner = host.innerMask[level]!;
    this.frame = ((low >>> 12) & ~inner) + (lowerPart(page) & inner) + (high & 0xfffff) * 0x100000;
    this.leafLow = rawLow | dirty;
    this.anyHigh = anyHigh;
    return true;
  }

  /** A walk that completed, taken as refused after all: its entry does not allow a write (see Walker). */
  refuseWrite(rights: number): void {
    this.refusedAccess = ACCESS.write;
    this.rights = rights;
    this.illegal = false;
  }

  #save(level: number, by: Saver): void {
    this.tally.save(by, NESTED, level);
    this.observer?.saved?.(NESTED, level, by);
  }

  #refuse(host: Dimension, access: number, code: number): false {
    this.error = host.errorBits[access]! | code;
    this.refusedAccess = access;
    this.illegal = (code & FAULT.reserved) !== 0;
    return false;
  }
}
