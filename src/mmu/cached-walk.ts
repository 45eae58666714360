/**
 * What walk caches, a nested TLB and data caches see of a walk whose end is known (see quick-loop.ts): which of its references they save or
 * serve, what they keep of it, and in which order. As long as they hold what the tables say, none of that changes where it ends.
 */
import { indexAt, lowerPart, upperPart } from '../memory/address.js';
import type { PhysicalMemory } from '../memory/physical.js';
import { LEVELS, type Dimension } from './dimension.js';
import type { NestedTranslation } from './nested-tlb.js';
import type { NestedWalk } from './nested-walk.js';
import type { PageTableCache, WalkCache } from './walk-cache/walk-cache.js';
import { GUEST, NESTED, SAVED_BY } from './walk-observer.js';

export class CachedWalk {
  /** Whether there is any of these caches. */
  sees = false;
  /** Of the guest's dimension. */
  private entries: PageTableCache | null = null;
  /** References saved of the walk under way. */
  private saved = 0;
  private readonly guestPath = new Int32Array(LEVELS);
  private readonly nestedPath = new Int32Array(LEVELS);
  /** What `descend` ends in. */
  private readonly end: NestedTranslation = { frame: 0, level: 0, rights: 0, anyHigh: 0, leafLow: 0 };

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly nested: NestedWalk,
  ) {}

  /** Whether walks with these caches may be made here: all that they hold is what the tables say now. */
  agrees(cache: WalkCache | null, host: Dimension | null): boolean {
    const { memory, nested, end } = this;
    const { nestedTlb, tag, tally } = nested;
    if (cache?.kind === 'starts' || nestedTlb?.holdsData) return false;
    this.entries = cache;
    this.sees = cache !== null || nestedTlb !== null || tally.pteCache !== null;
    if (cache !== null && !cache.agrees(memory.words)) return false;
    if (host === null || nestedTlb === null) return true;
    const { tableAccess } = host;
    return nestedTlb.every(tag.space, (page, held) => {
      this.descend(host, page, false);
      return (
        host.endsPlainly(tableAccess, end.rights, end.anyHigh, end.leafLow, end.level) &&
        host.endsPlainly(tableAccess, held.rights | host.accessed, held.anyHigh, held.leafLow, held.level) &&
        held.frame === end.frame &&
        held.level === end.level
      );
    });
  }

  /**
   * A walk of plain tables that ends in a 4 KiB page of the guest's.
   * @param lower of the page's number, as `upper` @param page that it is mapped to @returns references saved
   */
  make(guest: Dimension, host: Dimension | null, lower: number, upper: number, page: number): number {
    const { memory, entries, guestPath: path } = this;
    const { tally } = this.nested;
    const { words } = memory;
    tally.begin();
    this.saved = 0;
    let held = 0;
    let table = guest.root;
    for (let level = guest.levels; ; level--) {
      const frame = host === null ? table : this.locate(host, table);
      const word = memory.baseOf(frame) + (indexAt(lower, upper, 9 * (level - 1), 511) << 1);
      path[level] = word;
      if (level > 1 && entries !== null && entries.find(level, word)) {
        held |= 1 << level;
        this.save(GUEST, level);
      } else if (tally.pteCache !== null) tally.touch(GUEST, level, word >> 4);
      if (level === 1) break;
      const high = words[word + 1]!;
      table = (words[word]! >>> 12) + (high === 0 ? 0 : (high & 0xfffff) * 0x100000);
    }
    if (entries !== null) entries.keepPath(words, path, guest.levels, 1, held, false);
    if (host !== null && (this.nested.entries !== null || tally.pteCache !== null)) this.descend(host, page, true);
    return this.saved;
  }

  /** System frame of a table of the guest's. */
  private locate(host: Dimension, page: number): number {
    const { nestedTlb, tally, tag } = this.nested;
    const known = nestedTlb === null ? null : nestedTlb.find(tag.space, page);
    if (known !== null) {
      tally.hits[SAVED_BY.nestedTlb]! += 1;
      tally.skipSurely(host.levels, known.level);
      this.saved += host.levels - known.level + 1;
      return known.frame;
    }
    this.descend(host, page, true);
    if (nestedTlb !== null) nestedTlb.keep(tag.space, page, this.end);
    return this.end.frame;
  }

  /** A nested walk that nothing interrupts. @param seen whether caches see it */
  private descend(host: Dimension, page: number, seen: boolean): void {
    const { memory, end, nested, nestedPath: path } = this;
    const { tally } = nested;
    const entries = seen ? nested.entries : null;
    const touches = seen && tally.pteCache !== null;
    const { words } = memory;
    const lower = lowerPart(page);
    const upper = upperPart(page);
    let table = host.root;
    let held = 0;
    let rights = -1;
    let anyHigh = 0;
    for (let level = host.levels; ; level--) {
      const word = memory.baseOf(table) + (indexAt(lower, upper, 9 * (level - 1), 511) << 1);
      path[level] = word;
      if (level > 1 && entries !== null && entries.find(level, word)) {
        held |= 1 << level;
        this.save(NESTED, level);
      } else if (touches) tally.touch(NESTED, level, word >> 4);
      const low = words[word]!;
      const high = words[word + 1]!;
      rights &= low;
      anyHigh |= high;
      table = (low >>> 12) + (high === 0 ? 0 : (high & 0xfffff) * 0x100000);
      if ((low & host.pointerMask[level]!) === 1) continue;
      if (entries !== null) entries.keepPath(words, path, host.levels, level, held, false);
      const inner = host.innerMask[level]!;
      end.frame = (table & ~inner) + (lower & inner);
      end.level = level;
      end.rights = rights;
      end.anyHigh = anyHigh;
      end.leafLow = low;
      return;
    }
  }

  /** A walk cache knows an entry. */
  private save(dimension: number, level: number): void {
    const { tally } = this.nested;
    tally.hits[SAVED_BY.walkCache]! += 1;
    tally.saveSurely(SAVED_BY.walkCache, dimension, level);
    this.saved++;
  }
}
