/**
 * A replay in which TLBs look up only the pages of some units (see units.ts). What guest and VMM do is that of the whole replay: a reference is
 * passed over only where a walk for it, if it is made at all, changes nothing. Those of the units that are drawn are put aside meanwhile, and go
 * through the TLBs before anything changes; the others are only counted.
 */
import { OUTCOME, RIGHT } from '../../paging/strategy.js';
import { KIND, LAST_REFERENCE, type EventBatch } from '../../trace/event.js';
import { Diverged } from '../many/diverged.js';
import { entrySize, NEED } from '../miss-path.js';
import { Mmu } from '../mmu.js';
import type { Spine, SpineParts } from '../spine.js';
import type { Walker } from '../walker.js';
import { Answers } from './answers.js';
import { RowList } from './row-list.js';
import type { SampledTlbs } from './sampled-tlbs.js';
import { Seen } from './seen.js';
import { UnitCounts } from './unit-counts.js';
import type { Units } from './units.js';

/** From the bits of a page that is passed over to those of one whose unit is drawn. */
const DRAWN = 3;

export class SampledSpine implements Spine {
  readonly refsByKind = new Float64Array(LAST_REFERENCE + 1);
  readonly runsByKind = new Float64Array(LAST_REFERENCE + 1);
  /** It is estimated. */
  readonly firstLevelMisses = 0;
  readonly counts: UnitCounts;
  private readonly seen: Seen;
  private readonly answers: Answers;
  private readonly mmu: Mmu;
  /** By place of a unit: references that have not gone through the TLBs yet. */
  private readonly aside: readonly RowList[];
  private readonly single = new RowList();
  /** Rows that are passed over and are of drawn units. */
  private rows = new Uint32Array(0);

  constructor(
    private readonly units: Units,
    private readonly tlb: SampledTlbs,
    private readonly parts: SpineParts,
    walker: Walker,
  ) {
    const { control, strategy, guest, counters, privilege } = parts;
    this.counts = new UnitCounts(units.drawn.length);
    this.seen = new Seen(tlb, strategy, walker, privilege);
    this.answers = new Answers(tlb, this.seen, this.counts, strategy);
    this.mmu = new Mmu(tlb.hierarchy, control, this.answers, guest, counters, privilege);
    this.aside = units.drawn.map(() => new RowList());
    tlb.beforeRemovals = () => this.flush();
  }

  replay(batch: EventBatch, from: number): number {
    const { kind, page, count, length } = batch;
    if (this.rows.length < length) this.rows = new Uint32Array(length);
    this.meetChanges();
    let row = from;
    for (;;) {
      row = this.passOver(batch, row);
      if (row === length || kind[row]! > LAST_REFERENCE) return row;
      const what = kind[row]!;
      this.refsByKind[what]! += count[row]!;
      this.runsByKind[what]! += 1;
      this.look(batch, row, page[row]!, what);
      row++;
    }
  }

  /** References that no walk could make anything of; returns the row of the first that is none. */
  private passOver(batch: EventBatch, from: number): number {
    const { kind, page, count, length } = batch;
    const { refsByKind, runsByKind, rows } = this;
    const { quiet, unit } = this.tlb;
    let drawn = 0;
    let row = from;
    for (; row < length; row++) {
      const what = kind[row]!;
      if (what > LAST_REFERENCE) break;
      const bits = quiet[page[row]!]!;
      if (((bits | (bits >> DRAWN)) & NEED[what]!) === 0) break;
      refsByKind[what]! += count[row]!;
      runsByKind[what]! += 1;
      // Which pages are drawn cannot be foretold: a branch would be taken wrongly time and again.
      rows[drawn] = row;
      drawn += bits >> DRAWN === 0 ? 0 : 1;
    }
    for (let at = 0; at < drawn; at++) this.putAside(batch, rows[at]!, unit[page[rows[at]!]!]!);
    return row;
  }

  held(key: number, kind: number): number {
    return this.tlb.known.frameFor(key, NEED[kind]!);
  }

  private meetChanges(): void {
    if (!this.seen.hasChanged()) return;
    this.flush();
    this.tlb.forget();
  }

  /** A reference of which nothing is known as things are now. */
  private look(batch: EventBatch, row: number, key: number, kind: number): void {
    const { seen } = this;
    const { known } = this.tlb;
    const at = known.find(key);
    const need = NEED[kind]!;
    if (at >= 0) {
      if (!seen.isSettled(at)) this.counts.look(seen.look(at, key, this.harmless(at, kind)));
      if ((seen.rights[at]! & need) !== 0) {
        this.passQuietly(batch, row, key, at);
        return;
      }
      if ((known.anyRights[at]! & need) !== 0)
        throw new Diverged('some copies of a translation have a right that others lack');
    }
    this.walk(batch, row, key, at);
  }

  /** A kind of reference for which a walk to a translation sets no dirty bit that is not set. */
  private harmless(at: number, kind: number): number {
    const rights = this.seen.rights[at]!;
    if ((rights & NEED[kind]!) !== 0) return kind;
    return (rights & RIGHT.read) !== 0 ? KIND.read : KIND.fetch;
  }

  private passQuietly(batch: EventBatch, row: number, key: number, at: number): void {
    const { known, quiet, unit } = this.tlb;
    const rights = this.seen.rights[at]!;
    const place = this.units.placeOf(known.number[at]!);
    quiet[key] = place < 0 ? rights : rights << DRAWN;
    if (place < 0) return;
    unit[key] = place;
    this.putAside(batch, row, place);
  }

  private putAside(batch: EventBatch, row: number, place: number): void {
    const rows = this.aside[place]!;
    rows.add(batch, row);
    if (rows.full) this.send(rows, place);
  }

  /** All that has been put aside goes through the TLBs: before something is removed from them, put into them, or seen anew. */
  flush(): void {
    for (const [place, rows] of this.aside.entries()) if (rows.length > 0) this.send(rows, place);
  }

  private send(rows: RowList, place: number): void {
    const { counts, answers } = this;
    const { counters } = this.parts;
    const { l2TlbHits, tlbMisses, rewalks, splinteredFills, physicalMismatches } = counters;
    answers.unit = place;
    this.mmu.replay(rows, 0);
    answers.unit = -1;
    rows.clear();
    counts.l2Hits[place]! += counters.l2TlbHits - l2TlbHits;
    counts.misses[place]! += counters.tlbMisses - tlbMisses;
    counts.rewalks[place]! += counters.rewalks - rewalks;
    counts.splintered[place]! += counters.splinteredFills - splinteredFills;
    counts.mismatches[place]! += counters.physicalMismatches - physicalMismatches;
  }

  /** A reference that is walked for whatever TLBs hold. @param held the translation that lacks the right; -1: there is none */
  private walk(batch: EventBatch, row: number, key: number, held: number): void {
    const { counts, single, answers } = this;
    const { known, index } = this.tlb;
    const { counters, strategy } = this.parts;
    const place = held < 0 ? -1 : this.units.placeOf(known.number[held]!);
    this.flush();
    const { l2TlbHits, rewalks } = counters;
    single.clear();
    single.add(batch, row);
    answers.outcome = OUTCOME.guestFault;
    this.mmu.replay(single, 0);
    counts.sureWalks++;
    if (place >= 0) {
      counts.l2Hits[place]! += counters.l2TlbHits - l2TlbHits;
      counts.rewalks[place]! += counters.rewalks - rewalks;
      counts.misses[place]! -= counters.rewalks - rewalks;
    }
    if (answers.outcome === OUTCOME.translated) {
      const { frame, rights, global, pageShift } = strategy.translation;
      const size = entrySize(pageShift, index.largeShift);
      const now = known.find(key);
      if (now >= 0) known.mustBe(now, size, global);
      const at = known.put(size, index.keyAt(size, key), frame - index.inside(size, key), rights, global, 0);
      this.seen.renew(at, rights);
    }
    this.meetChanges();
  }
}
