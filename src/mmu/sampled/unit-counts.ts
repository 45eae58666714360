/** What is counted of each unit that is drawn, and what is known of all units. */

export class UnitCounts {
  /** References for which a walk was sure, whatever TLBs held: of all units. They count as misses until one proves to have been a rewalk. */
  sureWalks = 0;
  // By place of a unit, beside the sure walks.
  readonly l2Hits: Float64Array;
  readonly misses: Float64Array;
  readonly rewalks: Float64Array;
  readonly splintered: Float64Array;
  readonly mismatches: Float64Array;
  /** By profile of a walk (see WalkProfiles), and by place. */
  readonly walks: (Float64Array | undefined)[] = [];
  /** Walks that were made to see what they go through, by profile. */
  readonly looks: number[] = [];

  constructor(private readonly units: number) {
    this.l2Hits = new Float64Array(units);
    this.misses = new Float64Array(units);
    this.rewalks = new Float64Array(units);
    this.splintered = new Float64Array(units);
    this.mismatches = new Float64Array(units);
  }

  walk(profile: number, unit: number): void {
    (this.walks[profile] ??= new Float64Array(this.units))[unit]! += 1;
  }

  look(profile: number): void {
    this.looks[profile] = (this.looks[profile] ?? 0) + 1;
  }
}
