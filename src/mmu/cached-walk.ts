/**
 * What walk caches, a nested TLB and data caches see of a walk whose end is known (see quick-loop.ts): which of its references they save or
 * serve, what they keep of it, and in which order. As long as they hold what the tables say, none of that changes where it ends.
 */
import { indexAt, lowerPart, upperPart } from '../memory/address.js';
import { entryFrame } from '../memory/page-table.js';
import type { PhysicalMemory } from '../memory/physical.js';
import type { Dimension } from './dimension.js';
import type { NestedTranslation } from './nested-tlb.js';
import type { NestedWalk } from './nested-walk.js';
import type { PageTableCache, WalkCache } from './walk-cache/walk-cache.js';
import { GUEST as GUESTS, NESTED as HOSTS, SAVED_BY } from './walk-observer.js';
import { PLAN, WalkPlans } from './walk-plans.js';
import { LEAF_MASK, REGION_MASK as REGIONS, WAY, WAY_SHIFT, type Ways } from './ways.js';

// Constants of this module become part of the compiled code; imported ones are loaded and checked at each use.
const GUEST = GUESTS;
const NESTED = HOSTS;
const REGION_MASK = REGIONS;
const { walkCache: WALK_CACHE, nestedTlb: NESTED_TLB } = SAVED_BY;
const { generation: GENERATION, word: WORD, frame: FRAME, likely: LIKELY, leaf: LEAF, region: REGION } = PLAN;
/** Tables of the guest's that lie further up have no plan. */
const FRAMES = 2 ** 31;

export class CachedWalk {
  /** Whether there is any of these caches. */
  sees = false;
  /** Of the guest's dimension. */
  private entries: PageTableCache | null = null;
  /** References saved of the walk under way. */
  private saved = 0;
  /** Of regions of the guest's pages, by the numbers of PageIndex. */
  private readonly guestPlans = new WalkPlans();
  /** Of regions of guest-physical pages, by their last bits. */
  private readonly hostPlans = new WalkPlans();
  /** What `endOf` finds. */
  private readonly end: NestedTranslation = { frame: 0, level: 0, rights: 0, anyHigh: 0, leafLow: 0 };

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly nested: NestedWalk,
    private readonly guestWays: Ways,
    private readonly hostWays: Ways,
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
      this.endOf(host, page);
      return (
        host.endsPlainly(tableAccess, end.rights, end.anyHigh, end.leafLow, end.level) &&
        host.endsPlainly(tableAccess, held.rights | host.accessed, held.anyHigh, held.leafLow, held.level) &&
        held.frame === end.frame &&
        held.level === end.level
      );
    });
  }

  /** The plan for a region of the guest's, by its number in PageIndex; -1 where none can be made. @param near ways by region: see NearWays */
  plan(guest: Dimension, host: Dimension | null, region: number, near: Int32Array): number {
    const at = this.guestPlans.at(region);
    if (this.guestPlans.words[at + GENERATION] === this.guestWays.generation) return at;
    const way = region << WAY_SHIFT;
    return this.planGuest(guest, host, at, near[way + WAY.lower]! << 9, near[way + WAY.upper]!);
  }

  /**
   * A walk of plain tables that ends in a 4 KiB page of the guest's.
   * @param plan of its region @param leaf index in memory of its last entry @param page that it is mapped to @returns references saved
   */
  make(guest: Dimension, host: Dimension | null, plan: number, leaf: number, page: number): number {
    const { entries, guestPlans } = this;
    const { tally } = this.nested;
    const touches = tally.pteCache !== null;
    tally.begin();
    this.saved = 0;
    let held = 0;
    for (let level = guest.levels; level > 0; level--) {
      if (host !== null) this.locate(host, plan + level);
      const word = level === 1 ? leaf : guestPlans.words[plan + WORD + level]!;
      if (level > 1 && entries !== null && entries.holds(level, word)) held |= 1 << level;
      else if (touches) tally.touch(GUEST, level, word >> 4);
    }
    if (entries !== null) this.keep(entries, GUEST, guestPlans.words, plan, guest.levels, 1, held);
    if (host !== null && (this.nested.entries !== null || touches)) this.descend(host, page);
    return this.saved;
  }

  /** A walk needs the system frame of one of the guest's tables. @param at place in the plan of its level */
  private locate(host: Dimension, at: number): void {
    const { nestedTlb, tally, tag } = this.nested;
    const { words: planned } = this.guestPlans;
    const page = planned[at + FRAME]!;
    if (nestedTlb === null) return this.descend(host, page);
    const slot = nestedTlb.slotOf(tag.space, page, planned[at + LIKELY]!);
    if (slot < 0) {
      this.descend(host, page);
      this.endOf(host, page);
      planned[at + LIKELY] = nestedTlb.keep(tag.space, page, this.end);
      return;
    }
    planned[at + LIKELY] = slot;
    const level = nestedTlb.levelAt(slot);
    tally.hits[NESTED_TLB]! += 1;
    tally.skipSurely(host.levels, level);
    this.saved += host.levels - level + 1;
  }

  /** A nested walk that nothing interrupts. */
  private descend(host: Dimension, page: number): void {
    const { tally, entries } = this.nested;
    const touches = tally.pteCache !== null;
    if (entries === null && !touches) return;
    const plan = this.hostPlan(host, page);
    const { words: planned } = this.hostPlans;
    const leaf = planned[plan + LEAF]!;
    let held = 0;
    for (let level = host.levels; level >= leaf; level--) {
      const word = planned[plan + WORD + level]!;
      if (level > leaf && entries !== null && entries.holds(level, word)) held |= 1 << level;
      else if (touches) tally.touch(NESTED, level, (level === 1 ? word + entryOf(page) : word) >> 4);
    }
    if (entries !== null) this.keep(entries, NESTED, planned, plan, host.levels, leaf, held);
  }

  /** After a descent: counts the entries that a walk cache had, and gives it the others. */
  private keep(
    entries: PageTableCache,
    dimension: number,
    planned: Int32Array,
    plan: number,
    first: number,
    leaf: number,
    held: number,
  ): void {
    const { words } = this.memory;
    let saved = 0;
    for (let level = first; level > leaf; level--) {
      const word = planned[plan + WORD + level]!;
      if (((held >> level) & 1) !== 0) saved++;
      else entries.keep(level, word, words[word]!, words[word + 1]!);
    }
    if (held === 0) return;
    const { tally } = this.nested;
    tally.hits[WALK_CACHE]! += saved;
    tally.saveSurely(dimension, held);
    this.saved += saved;
  }

  private planGuest(guest: Dimension, host: Dimension | null, at: number, lower: number, upper: number): number {
    const { memory, end } = this;
    const { words: planned } = this.guestPlans;
    let table = guest.root;
    for (let level = guest.levels; level > 0; level--) {
      if (table >= FRAMES) return -1;
      planned[at + FRAME + level] = table;
      if (host !== null) this.endOf(host, table);
      const base = memory.baseOf(host === null ? table : end.frame);
      const word = base + (level === 1 ? 0 : indexAt(lower, upper, 9 * (level - 1), 511) << 1);
      planned[at + WORD + level] = word;
      table = entryFrame(memory.words[word]!, memory.words[word + 1]!);
    }
    planned[at + GENERATION] = this.guestWays.generation;
    return at;
  }

  /** The plan for the region of a guest-physical page. */
  private hostPlan(host: Dimension, page: number): number {
    const lower = lowerPart(page);
    const upper = upperPart(page);
    const { memory, hostPlans } = this;
    const region = lower >> 9;
    const at = hostPlans.at(region & REGION_MASK);
    const { words: planned } = hostPlans;
    const isKnown = planned[at + GENERATION] === this.hostWays.generation && planned[at + REGION] === region;
    if (isKnown && upper === 0) return at;
    let table = host.root;
    for (let level = host.levels; ; level--) {
      const word = memory.baseOf(table) + (level === 1 ? 0 : indexAt(lower, upper, 9 * (level - 1), 511) << 1);
      planned[at + WORD + level] = word;
      planned[at + LEAF] = level;
      if (level === 1) break;
      memory.watch(word);
      const low = memory.words[word]!;
      if ((low & host.pointerMask[level]!) !== 1) break;
      table = entryFrame(low, memory.words[word + 1]!);
    }
    planned[at + REGION] = region;
    planned[at + GENERATION] = upper === 0 ? this.hostWays.generation : 0;
    return at;
  }

  /** What a nested walk ends in. */
  private endOf(host: Dimension, page: number): void {
    const plan = this.hostPlan(host, page);
    const { words } = this.memory;
    const { words: planned } = this.hostPlans;
    const { end } = this;
    const leaf = planned[plan + LEAF]!;
    let rights = -1;
    let anyHigh = 0;
    for (let level = host.levels; level > leaf; level--) {
      rights &= words[planned[plan + WORD + level]!]!;
      anyHigh |= words[planned[plan + WORD + level]! + 1]!;
    }
    const word = planned[plan + WORD + leaf]! + (leaf === 1 ? entryOf(page) : 0);
    const inner = host.innerMask[leaf]!;
    end.leafLow = words[word]!;
    end.frame = (entryFrame(end.leafLow, words[word + 1]!) & ~inner) + (lowerPart(page) & inner);
    end.level = leaf;
    end.rights = rights & end.leafLow;
    end.anyHigh = anyHigh | words[word + 1]!;
  }
}

/** Words before the entry of a page in its table of level 1. */
function entryOf(page: number): number {
  return (lowerPart(page) << 1) & LEAF_MASK;
}
