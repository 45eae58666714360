/**
 * Many TLBs in one replay: guest, strategy and tables are gone through once, and each TLB is only asked whether it would have held the
 * translation. That is exact as long as a walk that some TLBs need and others do not changes nothing; where one would, the pass ends
 * (`Diverged`), and the TLBs are replayed one by one.
 */
import { KIND, LAST_REFERENCE, operandCount, operandPage, type EventBatch } from '../../trace/event.js';
import type { Contexts } from '../contexts.js';
import { MissPath, NEED } from '../miss-path.js';
import type { PageIndex, Size } from '../page-index.js';
import type { Spine, SpineParts, Tlb } from '../spine.js';
import type { Walker } from '../walker.js';
import { Diverged } from './diverged.js';
import { firstLevels, type FirstLevels } from './first-levels.js';
import { Known } from './known.js';
import { LookUps } from './look-ups.js';
import type { LruFamily } from './lru-family.js';
import type { TlbConfig } from './shapes.js';
import { trailOf } from './trail.js';
import { WalkCounts } from './walk-counts.js';

/** Who is told which TLBs a row went past, to keep their misses. */
export interface MissListener {
  /** @param tlbs the first `count` of them; null: all */
  missed(row: number, tlbs: Int32Array | null, count: number): void;
}

export class ManyTlbs implements Tlb {
  readonly known: Known;
  readonly levels: FirstLevels;
  private readonly families: readonly LruFamily[];

  /** @param tlbs distinct ones, of one outline, for which `notStacked` is null */
  constructor(
    readonly tlbs: readonly TlbConfig[],
    readonly index: PageIndex,
    contexts: Contexts,
  ) {
    this.known = new Known(index, contexts);
    this.levels = firstLevels(tlbs);
    const { of, all } = this.levels;
    this.families = [...new Set([...of, ...all.flatMap(({ second }) => second ?? [])].flat())];
  }

  reserve(): void {
    this.known.reserve();
  }

  select(context: number): void {
    this.known.select(context);
  }

  invalidate(vpn: number, contexts: readonly number[], keepGlobal: boolean): void {
    const { known, families } = this;
    const gone = (at: number): void => {
      for (const family of families) family.drop(known.number[at]!, at, known.space[at]!);
    };
    for (const context of contexts) known.invalidate(vpn, context, keepGlobal, gone);
  }

  remove(contexts: readonly number[], keepGlobal: boolean): void {
    this.known.remove(contexts, keepGlobal);
  }
}

export class ManyTlbsSpine implements Spine {
  readonly refsByKind = new Float64Array(LAST_REFERENCE + 1);
  readonly runsByKind = new Float64Array(LAST_REFERENCE + 1);
  /** Meaningless of many TLBs. */
  readonly firstLevelMisses = 0;
  readonly lookUps: LookUps;
  readonly walks: WalkCounts;
  listener: MissListener | null = null;
  private readonly path: MissPath;
  /** By kind of reference: rights that only it looks up in the arrays of its first level. */
  private readonly renewed: readonly number[];

  constructor(
    private readonly tlb: ManyTlbs,
    private readonly parts: SpineParts,
    walker: Walker,
  ) {
    const { control, strategy, guest, counters, privilege } = parts;
    if (strategy.isQuiet === undefined) throw new Diverged('the strategy does more at a walk than to walk');
    this.path = new MissPath(tlb.index, control, strategy, guest, counters, privilege);
    const { of } = tlb.levels;
    this.renewed = of.map((level) =>
      of.reduce((needs, other, kind) => (other === level ? needs | NEED[kind]! : needs), 0),
    );
    this.lookUps = new LookUps(tlb);
    this.walks = new WalkCounts(tlb.tlbs.length, walker, counters);
  }

  replay(batch: EventBatch, from: number): number {
    const { kind, page, count, length } = batch;
    const { known } = this.tlb;
    const { counters } = this.parts;
    let row = from;
    for (; row < length; row++) {
      const what = kind[row]!;
      if (what > LAST_REFERENCE) break;
      const key = page[row]!;
      this.refsByKind[what]! += count[row]!;
      this.runsByKind[what]! += 1;
      const at = known.find(key);
      if (at < 0 || (known.rights[at]! & NEED[what]!) === 0) {
        counters.refs = this.refs;
        if (at >= 0 && (known.anyRights[at]! & NEED[what]!) !== 0)
          throw new Diverged('some copies of a translation have a right that others lack');
        this.forAll(batch, row, key, what, at);
      } else if (this.lookUps.missed(what, at) > 0) this.forSome(batch, row, key, what, at);
    }
    counters.refs = this.refs;
    return row;
  }

  private get refs(): number {
    return this.refsByKind[KIND.fetch]! + this.refsByKind[KIND.read]! + this.refsByKind[KIND.write]!;
  }

  held(key: number, kind: number): number {
    return this.tlb.known.frameFor(key, NEED[kind]!);
  }

  /** No TLB can serve the reference: none holds the page, or what they hold lacks the right. */
  private forAll(batch: EventBatch, row: number, key: number, kind: number, held: number): void {
    const { lookUps, walks } = this;
    if (held < 0) lookUps.noneHolds();
    else lookUps.rewalk(kind, held);
    this.listener?.missed(row, null, 0);
    const translation = this.path.translate(batch, row, key, kind);
    if (translation === null) return;
    const { frame, rights, global, pageShift } = translation;
    const { size } = this.path;
    const { known, index } = this.tlb;
    const now = known.find(key);
    if (now >= 0) known.mustBe(now, size, global);
    const base = frame - index.inside(size, key);
    const at = known.put(size, index.keyAt(size, key), base, rights, global, this.renewed[kind]!);
    lookUps.fill(kind, at);
    walks.common(at, trailOf(base, rights, pageShift));
  }

  /** Some TLBs walk; it must not matter that the others do not. */
  private forSome(batch: EventBatch, row: number, key: number, kind: number, at: number): void {
    const { walks, lookUps } = this;
    const { known, index } = this.tlb;
    const { walked, walking } = lookUps;
    this.listener?.missed(row, walking, walked);
    if (!this.parts.strategy.isQuiet!())
      throw new Diverged('the VMM has work to do at a walk that only some TLBs need');
    const inside = index.inside(known.size[at] as Size, key);
    if (!walks.isSettled(at)) {
      walks.begin();
      const translation = this.path.translate(batch, row, key, kind);
      if (translation === null) throw new Diverged('a walk that only some TLBs need ends in no translation');
      const { frame, guestFrame, rights, pageShift } = translation;
      walks.end(at, guestFrame < 0 ? -1 : guestFrame - inside, trailOf(frame - inside, rights, pageShift));
      known.mustBe(at, this.path.size, translation.global);
      known.meet(at, rights);
    }
    const recorded = operandCount(batch, row) === 0 ? 0 : operandPage(batch, row, 0);
    walks.count(at, recorded === 0 ? 0 : recorded - inside, walking, walked);
  }
}
