/**
 * References to 4 KiB pages whose misses end plainly: in the second TLB level, or in a walk that begins where others have been. All that such a
 * reference does stands here in one loop, whose arrays stay at hand; that is three to five times as fast as the way through TLBs, strategy and
 * walker, which everything else takes (see mmu.ts). Both leave the same state and counts.
 */
import { REGION_PAGES, REGION_SHIFT } from '../memory/address.js';
import type { Counters } from '../counters/counters.js';
import { EPT, PTE } from '../memory/formats/index.js';
import { ACCESS, RIGHT } from '../paging/strategy.js';
import { KIND, LAST_REFERENCE, type EventBatch } from '../trace/event.js';
import { LookAhead, STRETCH as ROWS } from './look-ahead.js';
import { SMALL } from './page-index.js';
import { tagOf, type TlbArray } from './tlb/tlb-array.js';
import type { TlbHierarchy } from './tlb/tlb-hierarchy.js';
import type { TlbLevel } from './tlb/tlb-level.js';
import { NESTED } from './walk-observer.js';
import type { Walker } from './walker.js';
import { LEAF_MASK as WORDS, NearWays, REGION_MASK as REGIONS, WAY, WAY_SHIFT as SLOT } from './ways.js';

const LOWER_PAGES = 2 ** 27;
const NO_SLOTS = new Int32Array(0);
const NO_RING = { newest: NO_SLOTS, newer: NO_SLOTS, older: NO_SLOTS };

// Constants of this module become part of the compiled code; imported ones are loaded and checked at each use.
const { fetch: FETCH, read: READ } = KIND;
const { read: MAY_READ, write: MAY_WRITE, fetch: MAY_FETCH } = RIGHT;
const { writable: WRITABLE, large: LARGE } = PTE;
const { read: EPT_READ, execute: EPT_EXECUTE } = EPT;
const { lower: LOWER, upper: UPPER, generation: GENERATION, leaf: LEAF, mask: PLACE } = WAY;
const { rights: RIGHTS, high: HIGH, notes: NOTES } = WAY;
const LAST_REF = LAST_REFERENCE;
const STRETCH = ROWS;
const LEAF_MASK = WORDS;
const REGION_MASK = REGIONS;
const WAY_SHIFT = SLOT;

export class QuickLoop {
  /** References and runs of the last call, by kind. */
  readonly refs = new Float64Array(LAST_REFERENCE + 1);
  readonly runs = new Float64Array(LAST_REFERENCE + 1);
  /** First-level misses of the last call. */
  misses = 0;
  /** Region at whose way the last call stopped, to have it near; -1: it stopped at something else. */
  private farRegion = -1;
  private readonly lookAhead = new LookAhead();
  private readonly near = new NearWays();
  private readonly l1i: TlbArray;
  private readonly l1: TlbArray;
  private readonly l2: TlbArray;

  /** null where TLBs are organised in another way than the loop knows. */
  static of(tlb: TlbHierarchy, counters: Counters, privilege: number): QuickLoop | null {
    return tlb.isPlain && tlb.load.small.setMask >= 0 && tlb.index.largeShift === REGION_SHIFT
      ? new QuickLoop(tlb, tlb.l2d!, counters, privilege)
      : null;
  }

  private constructor(
    private readonly tlb: TlbHierarchy,
    private readonly second: TlbLevel,
    private readonly counters: Counters,
    private readonly privilege: number,
  ) {
    this.l1i = tlb.l1i.small;
    this.l1 = tlb.load.small;
    this.l2 = second.small;
  }

  /** Whether the last call can go on where it stopped. */
  goesOn(walker: Walker): boolean {
    const region = this.farRegion;
    this.farRegion = -1;
    const remembered = region < 0 ? null : walker.ready();
    return (
      remembered !== null &&
      this.near.bring(remembered.guestWays, this.tlb.index.large.number[region]! * REGION_PAGES, region)
    );
  }

  private nothing(row: number): number {
    this.refs.fill(0);
    this.runs.fill(0);
    this.misses = 0;
    return row;
  }

  /**
   * Goes through rows up to one that takes the long way, an event, or the end.
   * @param walker of a strategy that would now do nothing but walk @returns that row
   */
  run(batch: EventBatch, from: number, walker: Walker): number {
    const remembered = walker.ready();
    const { tlb, l1i, l1, l2, counters, lookAhead } = this;
    const { guest, host, tally, memory } = walker;
    if (remembered === null || tlb.load.holdsLarger || this.second.holdsLarger) return this.nothing(from);
    const { kind, page, count, length, operandStart } = batch;
    const { words } = memory;
    const cached = remembered.cached.sees ? remembered.cached : null;
    const near = this.near.reserve(tlb.index.large.count);
    const { stamp: fetchStamp, rights: fetchRights } = l1i;
    const fetchSlots = l1i.slotOf[SMALL];
    const { key: key1, tag: tag1, rights: rights1, frame: frame1, stamp: stamp1, ways: ways1, setMask: mask1 } = l1;
    const {
      key: key2,
      tag: tag2,
      rights: rights2,
      frame: frame2,
      stamp: stamp2,
      sets: sets2,
      setMask: mask2,
      order,
    } = l2;
    const { places, bases } = tlb.index;
    const remainders = mask2 < 0 ? tlb.index.remaindersOf(sets2) : bases;
    const slots1 = l1.slotOf[SMALL];
    const slots2 = l2.slotOf[SMALL];
    const ringed = order !== null;
    const { newest, newer, older } = order ?? NO_RING;
    const lru1 = l1.isLru;
    const tag = tagOf(l1.context, SMALL, false);

    const guestGeneration = remembered.guestWays.generation;
    const ways = host === null ? null : remembered.hostWays.slots;
    const hostWays = ways ?? NO_SLOTS;
    const hostGeneration = remembered.hostWays.generation;
    const { repeats, shapeRefs, spans } = tally;
    const reading = ACCESS.read | this.privilege;
    const writing = ACCESS.write | this.privilege;
    const readLow = guest.quickRights[reading]! | guest.forbidden[reading]!;
    const writeLow = guest.quickRights[writing]! | guest.forbidden[writing]!;
    const readRight = guest.quickRights[reading]!;
    const writeRight = guest.quickRights[writing]!;
    const guestHigh = guest.quickHigh[reading]! | guest.quickHigh[writing]!;
    const hostReading = host === null ? 0 : walker.dataAccess(reading);
    const hostWriting = host === null ? 0 : walker.dataAccess(writing);
    const hostTables = host ?? guest;
    const hostReadRight = hostTables.quickRights[hostReading]!;
    const hostWriteRight = hostTables.quickRights[hostWriting]!;
    const hostHigh = hostTables.quickHigh[hostReading]! | hostTables.quickHigh[hostWriting]!;
    const { dirty: hostDirty, quickLeaf: hostLeaf, innerMask: hostInner, reservedTypes: hostTypes } = hostTables;
    const hostLevels = host === null ? 0 : host.levels;
    const extended = host !== null && host.format.readWriteExecute;
    const firstSpan = (NESTED << 6) + (hostLevels << 3);
    const guestDirty = guest.dirty;
    const global = guest.controls.pge ? PTE.global : 0;

    let { clock } = tlb;
    let { peak } = tally;
    let fetches = 0;
    let fetchRuns = 0;
    let reads = 0;
    let readRuns = 0;
    let writes = 0;
    let misses = 0;
    let walks = 0;
    let ahead = from;
    let missesBefore = 0;
    let row = from;
    for (; row < length; row++) {
      if (row === ahead) {
        ahead += STRETCH;
        if (misses - missesBefore > STRETCH / 8)
          lookAhead.read(page, row, Math.min(ahead, length), slots1, slots2, places, near, words, ways);
        missesBefore = misses;
      }
      const what = kind[row]!;
      const key = page[row]!;
      if (what === FETCH) {
        const slot = fetchSlots[key]!;
        if (slot < 0 || (fetchRights[slot]! & MAY_FETCH) === 0) break;
        fetchStamp[slot] = ++clock;
        fetches += count[row]!;
        fetchRuns++;
        continue;
      }
      if (what > LAST_REF) break;
      const slot = slots1[key]!;
      if (slot >= 0) {
        if ((rights1[slot]! & what) === 0) break;
        stamp1[slot] = ++clock;
      } else {
        const placed = places[key]!;
        const vpn = bases[placed >> 9]! + (placed & 511);
        let frame: number;
        let rights: number;
        let at2 = slots2[key]!;
        const set1 = vpn & mask1;
        const first1 = set1 * ways1;
        let at1 = first1;
        if (lru1) {
          let oldest = stamp1[first1]!;
          for (let other = first1 + 1; other < first1 + ways1; other++) {
            const sooner = (stamp1[other]! - oldest) >> 31;
            oldest += (stamp1[other]! - oldest) & sooner;
            at1 += (other - at1) & sooner;
          }
        } else at1 = l1.victim(set1);
        if (key1[at1]! >= 0 && tag1[at1] !== tag) break;
        if (at2 >= 0) {
          rights = rights2[at2]!;
          if ((rights & what) === 0 || tag2[at2] !== tag) break;
          frame = frame2[at2]!;
          if (ringed) {
            const set2 = mask2 < 0 ? (remainders[placed >> 9]! + (placed & 511)) % sets2 : vpn & mask2;
            const last = newest[set2]!;
            if (at2 !== last) {
              newest[set2] = at2;
              const after = newer[last]!;
              if (after !== at2) {
                const before = older[at2]!;
                const next = newer[at2]!;
                newer[before] = next;
                older[next] = before;
                newer[last] = at2;
                older[at2] = last;
                newer[at2] = after;
                older[after] = at2;
              }
            }
          } else stamp2[at2] = ++clock;
        } else {
          if (operandStart[row + 1] !== operandStart[row]) break;
          const set2 = mask2 < 0 ? (remainders[placed >> 9]! + (placed & 511)) % sets2 : vpn & mask2;
          at2 = ringed ? newer[newest[set2]!]! : l2.victim(set2);
          if (key2[at2]! >= 0 && tag2[at2] !== tag) break;
          const way = (placed >> 9) << WAY_SHIFT;
          if (near[way + GENERATION] !== guestGeneration) {
            this.farRegion = placed >> 9;
            break;
          }
          const notes = near[way + NOTES]!;
          const word = near[way + LEAF]! + ((placed << 1) & LEAF_MASK);
          const low = words[word]!;
          const high = words[word + 1]!;
          const allLow = near[way + RIGHTS]! & low;
          const anyHigh = near[way + HIGH]! | high;
          const isRead = what === READ;
          const wrong =
            ((allLow & (isRead ? readLow : writeLow)) ^ (isRead ? readRight : writeRight)) |
            (anyHigh & guestHigh) |
            (low & global) |
            (isRead ? 0 : (low & guestDirty) ^ guestDirty) |
            ((notes & 7) ^ 1);
          if (wrong !== 0) break;
          const plan = cached === null ? 0 : cached.plan(guest, host, placed >> 9, near);
          if (plan < 0) break;
          frame = (low >>> 12) + (high & 0xfffff) * 0x100000;
          rights =
            MAY_READ |
            (anyHigh < 0 ? 0 : MAY_FETCH) |
            ((allLow & WRITABLE) !== 0 && (low & guestDirty) !== 0 ? MAY_WRITE : 0);
          let refs = shapeRefs[notes >> 3]!;
          const mapped = frame;
          if (host !== null) {
            const lower = frame & (LOWER_PAGES - 1);
            const way = ((lower >> 9) & REGION_MASK) << WAY_SHIFT;
            if (
              frame >= LOWER_PAGES ||
              hostWays[way + LOWER] !== lower >> 9 ||
              hostWays[way + UPPER] !== 0 ||
              hostWays[way + GENERATION] !== hostGeneration
            )
              break;
            const level = hostWays[way + NOTES]! & 7;
            const word = hostWays[way + LEAF]! + ((lower << 1) & hostWays[way + PLACE]!);
            const low = words[word]!;
            const high = words[word + 1]!;
            const allLow = hostWays[way + RIGHTS]! & low;
            const anyHigh = hostWays[way + HIGH]! | high;
            const wrong =
              ((allLow & (isRead ? hostReadRight : hostWriteRight)) ^ (isRead ? hostReadRight : hostWriteRight)) |
              (anyHigh & hostHigh) |
              (isRead ? 0 : (low & hostDirty) ^ hostDirty) |
              (level === 1 ? 0 : (low & hostLeaf[level]!) ^ LARGE) |
              ((hostTypes >> ((low >> 3) & 7)) & 1);
            if (wrong !== 0) break;
            const inner = hostInner[level]!;
            frame = ((low >>> 12) & ~inner) + (lower & inner) + (high & 0xfffff) * 0x100000;
            if ((allLow & WRITABLE) === 0 || (low & hostDirty) !== hostDirty) rights &= ~MAY_WRITE;
            if (extended ? (allLow & EPT_EXECUTE) === 0 : anyHigh < 0) rights &= ~MAY_FETCH;
            if (extended && (allLow & EPT_READ) === 0) rights &= ~MAY_READ;
            refs += hostLevels - level + 1;
            spans[firstSpan + level]! += 1;
          }
          if (cached !== null) refs -= cached.make(guest, host, plan, word, mapped);
          if (key2[at2]! >= 0) slots2[key2[at2]!] = -1;
          else l2.held[SMALL]! += 1;
          repeats[notes >> 3]! += 1;
          if (refs > peak) peak = refs;
          walks++;
          key2[at2] = key;
          tag2[at2] = tag;
          slots2[key] = at2;
          frame2[at2] = frame;
          rights2[at2] = rights;
          if (ringed) newest[set2] = at2;
          else stamp2[at2] = ++clock;
        }
        misses++;
        if (key1[at1]! >= 0) slots1[key1[at1]!] = -1;
        else l1.held[SMALL]! += 1;
        key1[at1] = key;
        tag1[at1] = tag;
        slots1[key] = at1;
        frame1[at1] = frame;
        rights1[at1] = rights;
        stamp1[at1] = ++clock;
      }
      if (what === READ) {
        reads += count[row]!;
        readRuns++;
      } else writes += count[row]!;
    }
    tlb.clock = clock;
    tally.peak = peak;
    tally.walks += walks;
    counters.tlbMisses += walks;
    counters.l2TlbHits += misses - walks;
    this.misses = misses;
    this.refs.set([fetches, reads, writes]);
    this.runs.set([fetchRuns, readRuns, row - from - fetchRuns - readRuns]);
    return row;
  }
}
