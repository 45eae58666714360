/** Walks that only some of many TLBs make: by what they go through, how many each TLB makes. What the replay itself has counted of them is taken out. */
import type { Counters } from '../../counters/counters.js';
import { enlarged } from '../enlarged.js';
import { TableEra } from '../table-era.js';
import type { Walker } from '../walker.js';
import { Diverged } from './diverged.js';

export class WalkCounts {
  /** By profile (see WalkProfiles) × 2 + whether a larger page was splintered: walks by TLB, and those that the replay has made. */
  readonly byTlb: Float64Array[] = [];
  readonly made: number[] = [];
  /** What walks have ended in: those of each TLB alone, and those that all made. See trail.ts. */
  readonly trails: Int32Array;
  commonTrail = 0;
  /** By TLB: walks that end elsewhere than the trace says. */
  readonly mismatches: Float64Array;
  madeMismatches = 0;
  /** By translation: what its walk goes through, and the era in which it was seen. */
  private profile = new Int32Array(1024);
  private seen = new Int32Array(1024);
  private trail = new Int32Array(1024);
  /** The guest's frame of its first page. */
  private guestFrame = new Float64Array(1024);
  private readonly era: TableEra;
  // Before the walk under way.
  private peakBefore = 0;
  private faultsBefore = 0;
  private splintersBefore = 0;
  private mismatchesBefore = 0;

  constructor(
    private readonly tlbs: number,
    private readonly walker: Walker,
    private readonly counters: Counters,
  ) {
    this.mismatches = new Float64Array(tlbs);
    this.trails = new Int32Array(tlbs);
    this.era = new TableEra(walker);
  }

  /** Whether a walk for a translation would be the one that has been seen. */
  isSettled(at: number): boolean {
    this.era.hasChanged();
    return at < this.seen.length && this.seen[at] === this.era.now;
  }

  /** A walk begins that must change nothing. */
  begin(): void {
    const { tally } = this.walker;
    const { counters } = this;
    this.peakBefore = tally.peak;
    this.faultsBefore = tally.faultedWalks + counters.guestFaults;
    this.splintersBefore = counters.splinteredFills;
    this.mismatchesBefore = counters.physicalMismatches;
  }

  /** It has ended. */
  end(at: number, guestFrame: number, trail: number): void {
    const { tally } = this.walker;
    const { counters } = this;
    if (!this.era.holds || tally.faultedWalks + counters.guestFaults !== this.faultsBefore)
      throw new Diverged('a walk that only some TLBs need changes tables');
    tally.peak = this.peakBefore;
    const splintered = counters.splinteredFills - this.splintersBefore;
    this.madeMismatches += counters.physicalMismatches - this.mismatchesBefore;
    const profile = tally.profile() * 2 + splintered;
    this.made[profile] = (this.made[profile] ?? 0) + 1;
    this.note(at, profile);
    this.guestFrame[at] = guestFrame;
    this.trail[at] = trail;
  }

  /** All TLBs have walked for a translation: what the walk goes through next time is seen then. */
  common(at: number, trail: number): void {
    this.commonTrail = (this.commonTrail + trail) | 0;
    if (at < this.seen.length) this.seen[at] = 0;
  }

  /** @param recorded where the trace says that the translation's first page lies; 0: it does not say */
  count(at: number, recorded: number, tlbs: Int32Array, count: number): void {
    const walks = (this.byTlb[this.profile[at]!] ??= new Float64Array(this.tlbs));
    const trail = this.trail[at]!;
    for (let one = 0; one < count; one++) {
      const tlb = tlbs[one]!;
      walks[tlb]! += 1;
      this.trails[tlb] = this.trails[tlb]! + trail;
    }
    const known = this.guestFrame[at]!;
    if (recorded !== 0 && known >= 0 && recorded !== known)
      for (let one = 0; one < count; one++) this.mismatches[tlbs[one]!]! += 1;
  }

  trailOf(tlb: number): number {
    return (this.commonTrail + this.trails[tlb]!) | 0;
  }

  /** Walks of a TLB alone beyond what the replay has counted, by profile: those that it made less those that were made for any. */
  beyond(tlb: number): { walks: Float64Array; splintered: number; peak: number } {
    const { profiles, peak: common } = this.walker.tally;
    const walks = new Float64Array(profiles.count);
    let splintered = 0;
    let peak = common;
    for (let at = 0; at < Math.max(this.byTlb.length, this.made.length); at++) {
      const own = this.byTlb[at]?.[tlb] ?? 0;
      const more = own - (this.made[at] ?? 0);
      walks[at >> 1]! += more;
      if ((at & 1) === 1) splintered += more;
      if (own > 0) peak = Math.max(peak, profiles.refsOf(at >> 1));
    }
    return { walks, splintered, peak };
  }

  private note(at: number, profile: number): void {
    if (at >= this.seen.length) this.grow(at);
    this.seen[at] = this.era.now;
    this.profile[at] = profile;
  }

  private grow(at: number): void {
    this.seen = enlarged(this.seen, at + 1);
    this.profile = enlarged(this.profile, at + 1);
    this.trail = enlarged(this.trail, at + 1);
    this.guestFrame = enlarged(this.guestFrame, at + 1);
  }
}
