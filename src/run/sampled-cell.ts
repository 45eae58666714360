/** A cell of which a sample of TLB sets is replayed: what it counts, with intervals for what is estimated. See src/mmu/sampled. */
import type { CounterName, Counters } from '../counters/counters.js';
import { Diverged } from '../mmu/many/diverged.js';
import { SampledSpine } from '../mmu/sampled/sampled-spine.js';
import { SampledTlbs } from '../mmu/sampled/sampled-tlbs.js';
import { Units } from '../mmu/sampled/units.js';
import type { TranslationUnit } from '../mmu/spine.js';
import { GUEST, NESTED } from '../mmu/walk-observer.js';
import type { WalkTally } from '../mmu/walk-tally.js';
import { definitionOf } from '../paging/index.js';
import type { EventBatch, PageDictionary } from '../trace/event.js';
import { closing } from '../trace/source.js';
import type { CellResult, Intervals } from './cell-result.js';
import { CellWith, type CellSpec } from './cell.js';
import { halfWidths, sum, type UnitValues } from './interval.js';
import { processorWith } from './processor.js';
import { drawUnits } from './sample.js';
import { runAlone, type Open } from './together.js';

/** Where what was passed over cannot be vouched for, all sets are replayed, and the result is exact. */
export async function runSampled(spec: CellSpec, open: Open): Promise<CellResult> {
  try {
    return await closing(await open(), async (trace) => {
      const cell = new SampledCell(spec, drawUnits(spec.sample!, spec.config.seed), trace.pages);
      for await (const batch of trace.batches()) cell.replay(batch);
      return cell.result();
    });
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
  }
  return runAlone(spec, open);
}

export class SampledCell {
  private readonly cell: CellWith<SampledTlbs>;
  private readonly spine: SampledSpine;
  private readonly units: Units;
  private readonly first: 'guest' | 'shadow';

  /** @param drawn units of the sample */
  constructor(spec: CellSpec, drawn: readonly number[], pages: PageDictionary) {
    this.units = new Units(spec.sample!.units, drawn);
    const spines: SampledSpine[] = [];
    const unit: TranslationUnit<SampledTlbs> = {
      tlb: (config, index, contexts, seed) => new SampledTlbs(config, index, contexts, seed),
      spine: (tlb, parts, walker) => {
        const spine = new SampledSpine(this.units, tlb, parts, walker);
        spines.push(spine);
        return spine;
      },
    };
    const { virtualized, walks } = definitionOf(spec.strategy);
    this.first = walks;
    this.cell = new CellWith(spec, processorWith(unit, spec.config, virtualized, false, pages));
    this.spine = spines[0]!;
  }

  replay(batch: EventBatch): void {
    this.cell.replay(batch);
  }

  result(): CellResult {
    const { cell, spine, units } = this;
    spine.flush();
    const { counts } = spine;
    const { counters } = cell;
    const scale = units.count / units.drawn.length;
    const estimate = (values: Float64Array): number => scale * sum(values);
    const l2TlbHits = estimate(counts.l2Hits);
    const tlbMisses = counts.sureWalks + estimate(counts.misses);
    const beside = (counted: number, values: Float64Array): number => counted - sum(values) + estimate(values);
    const { walks, peak, mostPeak } = this.walksBeyond(scale);
    const whole: Counters = {
      ...counters,
      l2TlbHits,
      tlbMisses,
      rewalks: estimate(counts.rewalks),
      splinteredFills: beside(counters.splinteredFills, counts.splintered),
      physicalMismatches: beside(counters.physicalMismatches, counts.mismatches),
    };
    const result = cell.resultWith(l2TlbHits + tlbMisses, whole, this.tally.adjusted(walks, peak));
    return { ...result, intervals: { ...this.intervals(result.counters), peakWalkRefs: [peak, mostPeak] } };
  }

  /** By drawn unit, in their order, once there is a result. */
  values(): UnitValues {
    const { l2Hits, misses, rewalks, splintered, mismatches } = this.spine.counts;
    const guest = this.refsIn(GUEST);
    const nested = this.refsIn(NESTED);
    return {
      l1TlbHits: l2Hits.map((hits, unit) => -hits - misses[unit]!),
      l2TlbHits: l2Hits,
      tlbMisses: misses,
      rewalks,
      walks: misses.map((count, unit) => count + rewalks[unit]!),
      walkRefs: guest.map((refs, unit) => refs + nested[unit]!),
      [this.first === 'guest' ? 'guestRefs' : 'shadowRefs']: guest,
      nestedRefs: nested,
      splinteredFills: splintered,
      physicalMismatches: mismatches,
    };
  }

  private intervals(counters: Counters): Intervals {
    const ends = Object.entries(halfWidths(this.values(), this.units.count)).map(([name, half]) => {
      const total = counters[name as CounterName];
      return [name, [Math.max(0, Math.floor(total - half)), Math.ceil(total + half)]] as const;
    });
    return Object.fromEntries(ends);
  }

  /** References that walks of the drawn units made in a dimension, beside those of sure walks. */
  private refsIn(dimension: number): Float64Array {
    const { profiles } = this.tally;
    const refs = new Float64Array(this.units.drawn.length);
    for (const [profile, walks] of this.spine.counts.walks.entries()) {
      const each = profiles.refsOf(profile, dimension);
      for (const [unit, count] of (walks ?? []).entries()) refs[unit]! += count * each;
    }
    return refs;
  }

  /** Walks beyond those that the replay has made, by profile: what is estimated, less those that were made to look. */
  private walksBeyond(scale: number) {
    const { tally } = this;
    const { counts } = this.spine;
    const walks = new Float64Array(tally.profiles.count);
    let { peak } = tally;
    let mostPeak = peak;
    for (const at of walks.keys()) {
      const own = sum(counts.walks[at] ?? []);
      const looks = counts.looks[at] ?? 0;
      const refs = tally.profiles.refsOf(at);
      walks[at] = scale * own - looks;
      if (own > 0) peak = Math.max(peak, refs);
      if (looks > 0) mostPeak = Math.max(mostPeak, refs);
    }
    return { walks, peak, mostPeak: Math.max(peak, mostPeak) };
  }

  private get tally(): WalkTally {
    return this.cell.platform.walker.tally;
  }
}
