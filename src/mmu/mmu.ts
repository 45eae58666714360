/**
 * The spine of a replay: references go through the TLBs; what misses goes to the paging strategy, and its guest faults to the guest.
 *
 * The loop crosses no interface on a hit. A miss fills both TLB levels, unless the second holds what the first gives up.
 */
import { RIGHT, type TlbControl, type Translator } from '../paging/strategy.js';
import type { Counters } from '../counters/counters.js';
import { KIND, LAST_REFERENCE, operand, operandCount, type EventBatch } from '../trace/event.js';
import { MissPath, NEED, type FaultHandler } from './miss-path.js';
import type { DataCaches } from './pte-cache.js';
import { SMALL, type PageIndex, type Size } from './page-index.js';
import { QuickLoop } from './quick-loop.js';
import type { TlbHierarchy } from './tlb/tlb-hierarchy.js';
import type { TlbLevel } from './tlb/tlb-level.js';
import type { Walker } from './walker.js';

/** Operand of a reference that is its offset in the page. */
const OFFSET = 1;
/** References after which the quick loop has paid for its beginning, and those that go without it where it has not. */
const WORTHWHILE = 8;
const MANY = 64;

export class Mmu {
  /** References of the replay so far, by kind. */
  readonly refsByKind: Float64Array;
  /** Runs of the replay so far, by kind. */
  readonly runsByKind: Float64Array;
  private readonly index: PageIndex;
  /** By reference kind: where it looks first, and then. */
  private readonly first: readonly [TlbLevel, TlbLevel, TlbLevel];
  private readonly second: readonly [TlbLevel | null, TlbLevel | null, TlbLevel | null];
  /** Rights that translations have in the first level: where loads and stores are split, nothing is written through the former. */
  private readonly grants: readonly [number, number, number];
  private readonly noRights: Uint8Array;
  private l1Misses = 0;
  private readonly quick: QuickLoop | null;
  private readonly path: MissPath;

  constructor(
    private readonly tlb: TlbHierarchy,
    control: TlbControl,
    private readonly strategy: Translator,
    guest: FaultHandler,
    private readonly counters: Counters,
    /** ACCESS.user, or 0 where references may be the kernel's: a trace does not say whose each one is. */
    privilege: number,
    /** Caches that hold data beside tables, for traces that say which lines they use; else null. */
    private readonly dataCaches: DataCaches | null = null,
    /** Other processors count together with this one. */
    together: Pick<Mmu, 'refsByKind' | 'runsByKind'> | null = null,
  ) {
    this.refsByKind = together?.refsByKind ?? new Float64Array(LAST_REFERENCE + 1);
    this.runsByKind = together?.runsByKind ?? new Float64Array(LAST_REFERENCE + 1);
    this.index = tlb.index;
    this.path = new MissPath(tlb.index, control, strategy, guest, counters, privilege);
    this.quick = dataCaches === null ? QuickLoop.of(tlb, counters, privilege) : null;
    this.first = [tlb.l1i, tlb.load, tlb.store];
    this.second = [tlb.l2i, tlb.l2d, tlb.l2d];
    const all = RIGHT.read | RIGHT.write | RIGHT.fetch;
    this.grants = [all, tlb.load === tlb.store ? all : all & ~RIGHT.write, all];
    this.noRights = new Uint8Array(Math.max(tlb.l1i.small.rights.length, tlb.load.small.rights.length));
  }

  /** Replays the references from row `from` to the next event; returns the row of that event, or the batch's length. */
  replay(batch: EventBatch, from: number): number {
    const { quick, strategy } = this;
    const { length, kind } = batch;
    this.tlb.renumber();
    let row = from;
    while (row < length && kind[row]! <= LAST_REFERENCE) {
      const walker = quick === null ? null : (strategy.settled?.() ?? null);
      if (walker === null) return this.replayAny(batch, row, length);
      const stopped = this.replayQuickly(quick!, batch, row, walker);
      if (quick!.goesOn(walker)) {
        row = stopped;
        continue;
      }
      row = this.replayAny(batch, stopped, stopped - row < WORTHWHILE ? stopped + MANY : stopped + 1);
    }
    return row;
  }

  private replayQuickly(quick: QuickLoop, batch: EventBatch, from: number, walker: Walker): number {
    const row = quick.run(batch, from, walker);
    for (let kind = 0; kind <= LAST_REFERENCE; kind++) {
      this.refsByKind[kind]! += quick.refs[kind]!;
      this.runsByKind[kind]! += quick.runs[kind]!;
    }
    this.l1Misses += quick.misses;
    this.counters.refs = this.refs;
    return row;
  }

  /** References of any sort, up to row `end`. */
  private replayAny(batch: EventBatch, from: number, end: number): number {
    const { kind, page, count } = batch;
    const length = Math.min(end, batch.length);
    const fetchArray = this.tlb.l1i.small;
    const dataArray = this.tlb.load.small;
    let fetchSlots = fetchArray.slotOf[SMALL];
    let dataSlots = dataArray.slotOf[SMALL];
    const fetchStamp = fetchArray.stamp;
    const dataStamp = dataArray.stamp;
    // A policy that needs more than the time of a use, and lines that caches are told of, find no right here and take the slower way.
    const quick = this.dataCaches === null;
    const fetchRights = quick && fetchArray.recent === null ? fetchArray.rights : this.noRights;
    const dataRights = quick && dataArray.recent === null ? dataArray.rights : this.noRights;
    let fetches = 0;
    let fetchRuns = 0;
    let reads = 0;
    let readRuns = 0;
    let writes = 0;
    let clock = this.tlb.clock;
    const before = this.refs;
    let row = from;
    for (; row < length; row++) {
      const what = kind[row]!;
      const key = page[row]!;
      if (what === KIND.fetch) {
        fetches += count[row]!;
        fetchRuns++;
        const slot = fetchSlots[key]!;
        if (slot >= 0 && (fetchRights[slot]! & RIGHT.fetch) !== 0) {
          fetchStamp[slot] = ++clock;
          continue;
        }
      } else if (what <= LAST_REFERENCE) {
        if (what === KIND.read) {
          reads += count[row]!;
          readRuns++;
        } else writes += count[row]!;
        const slot = dataSlots[key]!;
        if (slot >= 0 && (dataRights[slot]! & what) !== 0) {
          dataStamp[slot] = ++clock;
          continue;
        }
      } else break;
      this.tlb.clock = clock;
      this.counters.refs = before + fetches + reads + writes;
      this.miss(batch, row, key, what);
      clock = this.tlb.clock;
      // A fault may have changed the tags: the guest's loads of CR3, another ASID by the VMM.
      fetchSlots = fetchArray.slotOf[SMALL];
      dataSlots = dataArray.slotOf[SMALL];
    }
    this.tlb.clock = clock;
    this.refsByKind[KIND.fetch]! += fetches;
    this.refsByKind[KIND.read]! += reads;
    this.refsByKind[KIND.write]! += writes;
    this.counters.refs = this.refs;
    this.runsByKind[KIND.fetch]! += fetchRuns;
    this.runsByKind[KIND.read]! += readRuns;
    this.runsByKind[KIND.write]! += row - from - fetchRuns - readRuns;
    return row;
  }

  /** References on the rows so far: what a strategy has for a clock. */
  private get refs(): number {
    return this.refsByKind[KIND.fetch]! + this.refsByKind[KIND.read]! + this.refsByKind[KIND.write]!;
  }

  /** First-level misses so far. */
  get firstLevelMisses(): number {
    return this.l1Misses;
  }

  /** System frame that the first-level TLB holds for a page, with a right; -1 if it does not. */
  held(key: number, kind: number): number {
    const level = this.first[kind]!;
    const slot = level.find(this.index, key);
    if (slot < 0 || (level.array.rights[slot]! & NEED[kind]!) === 0) return -1;
    return level.array.frame[slot]! + (this.index.pages.vpn[key]! % this.index.pagesOf[level.size]);
  }

  /** A reference that the fast path did not serve: a larger page in L1, the second level, or a walk. */
  private miss(batch: EventBatch, row: number, key: number, kind: number): void {
    const { index } = this;
    const first = this.first[kind]!;
    const held = first.find(index, key);
    if (held >= 0) {
      if (this.touch(first, held, NEED[kind]!)) {
        this.useLine(batch, row, key, kind, first, held);
        return;
      }
      this.counters.rewalks++;
    } else {
      this.l1Misses++;
      const second = this.second[kind] ?? null;
      const below = second === null ? -1 : second.find(index, key);
      if (second !== null && below >= 0) {
        this.counters.l2TlbHits++;
        if (this.touch(second, below, NEED[kind]!)) {
          this.useLine(batch, row, key, kind, second, below);
          const { array, size } = second;
          const frame = array.frame[below]!;
          const rights = array.rights[below]!;
          const global = array.isGlobal(below);
          if (this.tlb.exclusive) array.drop(below);
          this.fill(first, size, key, frame, rights & this.grants[kind]!, global);
          return;
        }
        this.counters.rewalks++;
      } else this.counters.tlbMisses++;
    }
    this.walk(batch, row, key, kind);
  }

  /** Tells the data caches of a reference whose translation a TLB level held. */
  private useLine(batch: EventBatch, row: number, key: number, kind: number, level: TlbLevel, slot: number): void {
    if (this.dataCaches === null) return;
    const inside = this.index.pages.vpn[key]! % this.index.pagesOf[level.size];
    this.useLineOf(this.dataCaches, batch, row, kind, level.array.frame[slot]! + inside);
  }

  private useLineOf(caches: DataCaches, batch: EventBatch, row: number, kind: number, frame: number): void {
    const offset = operandCount(batch, row) > OFFSET ? operand(batch, row, OFFSET) : 0;
    if (kind === KIND.fetch) caches.touchCode(frame, offset);
    else caches.touchData(frame, offset);
  }

  /** Uses the translation that a level found; false when it lacks the right. */
  private touch({ array }: TlbLevel, slot: number, need: number): boolean {
    if ((array.rights[slot]! & need) === 0) return false;
    array.stamp[slot] = ++this.tlb.clock;
    if (array.notesUses) array.touched(slot);
    return true;
  }

  private walk(batch: EventBatch, row: number, key: number, kind: number): void {
    const translation = this.path.translate(batch, row, key, kind);
    if (translation === null) return;
    const { frame, rights, global } = translation;
    if (this.dataCaches !== null) this.useLineOf(this.dataCaches, batch, row, kind, frame);
    const { size } = this.path;
    const vpn = this.index.pages.vpn[key]!;
    const first = this.first[kind]!;
    const second = this.tlb.fillsBoth ? (this.second[kind] ?? null) : null;
    const granted = rights & this.grants[kind]!;
    if (size === SMALL) {
      first.arrayOf(SMALL, vpn)!.fill(SMALL, key, vpn, frame, granted, global, ++this.tlb.clock);
      second?.arrayOf(SMALL, vpn)!.fill(SMALL, key, vpn, frame, rights, global, ++this.tlb.clock);
      return;
    }
    const base = frame - (vpn % this.index.pagesOf[size]);
    this.fill(first, size, key, base, granted, global);
    if (second !== null) this.fill(second, size, key, base, rights, global);
  }

  private fill(level: TlbLevel, size: Size, page: number, frame: number, rights: number, global: boolean): void {
    const key = this.index.keyAt(size, page);
    const number = this.index.numberOf(size, key);
    level.arrayOf(size, number)?.fill(size, key, number, frame, rights, global, ++this.tlb.clock);
  }
}
