/**
 * The spine of a replay: references go through the TLBs; what misses goes to the paging strategy, and its guest faults to the guest.
 *
 * The loop crosses no interface on a hit. Both TLB levels are filled on a miss; the second need not contain the first.
 */
import { ModelError } from '../errors.js';
import { REGION_PAGES } from '../memory/address.js';
import { ACCESS, OUTCOME, RIGHT, type PagingStrategy } from '../paging/strategy.js';
import type { Counters } from '../counters/counters.js';
import { KIND, LAST_REFERENCE, operandCount, operandPage, type EventBatch } from '../trace/event.js';
import type { PageIndex } from './page-index.js';
import { LARGE, SMALL, type TlbArray } from './tlb/tlb-array.js';
import type { TlbHierarchy } from './tlb/tlb-hierarchy.js';
import type { TlbLevel } from './tlb/tlb-level.js';

/** Who handles the guest's page faults. */
export interface FaultHandler {
  /** Returns false when the page cannot be mapped: the reference is then left. */
  pageFault(vpn: number, access: number): boolean;
}

const REGION_SHIFT = 21;
/** A walk, its fault, a copy-on-write fault and a hidden fault may follow each other; more is a loop of ours. */
const MOST_FAULTS = 16;

/** By reference kind. For data, the bit of RIGHT is the kind's own number: the hot loop relies on it. */
const NEED = Uint8Array.of(RIGHT.fetch, RIGHT.read, RIGHT.write);
const ACCESS_OF = Uint8Array.of(ACCESS.fetch, ACCESS.read, ACCESS.write);

export class Mmu {
  /** References of the replay so far, by kind. */
  readonly refsByKind = new Float64Array(LAST_REFERENCE + 1);
  /** Runs of the replay so far, by kind. */
  readonly runsByKind = new Float64Array(LAST_REFERENCE + 1);
  private readonly index: PageIndex;
  private l1Misses = 0;
  private clock = 0;

  constructor(
    private readonly tlb: TlbHierarchy,
    private readonly strategy: PagingStrategy,
    private readonly guest: FaultHandler,
    private readonly counters: Counters,
    /** ACCESS.user, or 0 where references may be the kernel's: a trace does not say whose each one is. */
    private readonly privilege: number,
  ) {
    this.index = tlb.index;
  }

  /** Replays the references from row `from` to the next event; returns the row of that event, or the batch's length. */
  replay(batch: EventBatch, from: number): number {
    const { kind, page, count, length } = batch;
    const fetchSlots = this.tlb.l1i.small.slotOf[SMALL];
    const dataSlots = this.tlb.l1d.small.slotOf[SMALL];
    const { stamp: fetchStamp, rights: fetchRights } = this.tlb.l1i.small;
    const { stamp: dataStamp, rights: dataRights } = this.tlb.l1d.small;
    let fetches = 0;
    let fetchRuns = 0;
    let reads = 0;
    let readRuns = 0;
    let writes = 0;
    let clock = this.clock;
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
      this.clock = clock;
      this.miss(batch, row, key, what);
      clock = this.clock;
    }
    this.clock = clock;
    this.refsByKind[KIND.fetch]! += fetches;
    this.refsByKind[KIND.read]! += reads;
    this.refsByKind[KIND.write]! += writes;
    this.runsByKind[KIND.fetch]! += fetchRuns;
    this.runsByKind[KIND.read]! += readRuns;
    this.runsByKind[KIND.write]! += row - from - fetchRuns - readRuns;
    return row;
  }

  /** First-level misses so far. */
  get firstLevelMisses(): number {
    return this.l1Misses;
  }

  /** System frame that the first-level TLB holds for a page, with a right; -1 if it does not. */
  held(key: number, kind: number): number {
    const level = kind === KIND.fetch ? this.tlb.l1i : this.tlb.l1d;
    const array = this.holder(level, key);
    if (array === null) return -1;
    const small = array.slotOf[SMALL][key]!;
    const slot = small >= 0 ? small : array.slotOf[LARGE][this.index.regionOf[key]!]!;
    if ((array.rights[slot]! & NEED[kind]!) === 0) return -1;
    return small >= 0 ? array.frame[slot]! : array.frame[slot]! + (this.index.pages.vpn[key]! % REGION_PAGES);
  }

  /** A reference that the fast path did not serve: a larger page in L1, the second level, or a walk. */
  private miss(batch: EventBatch, row: number, key: number, kind: number): void {
    const fetch = kind === KIND.fetch;
    const first = fetch ? this.tlb.l1i : this.tlb.l1d;
    const holder = this.holder(first, key);
    if (holder !== null) {
      if (this.touch(holder, key, NEED[kind]!) >= 0) return;
      this.counters.rewalks++;
    } else {
      this.l1Misses++;
      const second = fetch ? this.tlb.l2i : this.tlb.l2d;
      const below = second === null ? null : this.holder(second, key);
      if (below !== null) {
        this.counters.l2TlbHits++;
        const slot = this.touch(below, key, NEED[kind]!);
        if (slot >= 0) {
          const small = below.slotOf[SMALL][key] === slot;
          this.fill(first, small ? SMALL : LARGE, key, below.frame[slot]!, below.rights[slot]!, below.isGlobal(slot));
          return;
        }
        this.counters.rewalks++;
      } else this.counters.tlbMisses++;
    }
    this.walk(batch, row, key, kind);
  }

  /** The array of a level that holds a page, at either size, or null. */
  private holder(level: TlbLevel, key: number): TlbArray | null {
    if (level.small.slotOf[SMALL][key]! >= 0) return level.small;
    const { large } = level;
    return large !== null && large.held[LARGE] > 0 && large.slotOf[LARGE][this.index.regionOf[key]!]! >= 0
      ? large
      : null;
  }

  /** Uses a held translation: its slot, or -1 when it lacks the right. */
  private touch(array: TlbArray, key: number, need: number): number {
    const small = array.slotOf[SMALL][key]!;
    const slot = small >= 0 ? small : array.slotOf[LARGE][this.index.regionOf[key]!]!;
    if ((array.rights[slot]! & need) === 0) return -1;
    array.stamp[slot] = ++this.clock;
    return slot;
  }

  private walk(batch: EventBatch, row: number, key: number, kind: number): void {
    const vpn = this.index.pages.vpn[key]!;
    const access = ACCESS_OF[kind]! | this.privilege;
    const { strategy } = this;
    let outcome = strategy.translate(vpn, access);
    for (let faults = 0; outcome === OUTCOME.guestFault; faults++) {
      if (faults === MOST_FAULTS)
        throw new ModelError(`page 0x${vpn.toString(16)} still faults after ${faults} repairs (row ${row} of a batch)`);
      if (!this.guest.pageFault(vpn, access)) {
        this.counters.untranslatedRuns++;
        return;
      }
      this.counters.guestFaults++;
      strategy.guestFault();
      outcome = strategy.translate(vpn, access);
    }
    if (outcome === OUTCOME.emulated) {
      this.counters.emulatedStores++;
      return;
    }
    const { frame, rights, global, pageShift, guestFrame } = strategy.translation;
    this.checkRecordedAddress(batch, row, guestFrame);
    const large = pageShift >= REGION_SHIFT;
    const base = large ? frame - (vpn % REGION_PAGES) : frame;
    this.fill(kind === KIND.fetch ? this.tlb.l1i : this.tlb.l1d, large ? LARGE : SMALL, key, base, rights, global);
    const second = kind === KIND.fetch ? this.tlb.l2i : this.tlb.l2d;
    if (second !== null) this.fill(second, large ? LARGE : SMALL, key, base, rights, global);
  }

  /** Full-system traces say where each reference went: a difference from our tables is counted. */
  private checkRecordedAddress(batch: EventBatch, row: number, guestFrame: number): void {
    if (guestFrame < 0 || operandCount(batch, row) === 0) return;
    const recorded = operandPage(batch, row, 0);
    if (recorded !== 0 && recorded !== guestFrame) this.counters.physicalMismatches++;
  }

  private fill(level: TlbLevel, size: 0 | 1, key: number, frame: number, rights: number, global: boolean): void {
    const { index } = this;
    if (size === SMALL) {
      level.small.fill(SMALL, key, index.pages.vpn[key]!, frame, rights, global, ++this.clock);
    } else {
      const region = index.regionOf[key]!;
      level.large?.fill(LARGE, region, index.regionNumber[region]!, frame, rights, global, ++this.clock);
    }
  }
}
