/** Numbers for what walks go through: two walks with the same descents, in the same order, have the same number. 0 is that of no descent. */

/** A descent is a dimension × 64 + the level of the first entry × 8 + that of the last. */
const SPANS = 256;

export class WalkProfiles {
  /** By profile × SPANS + descent: the profile with that descent more; 0: not known yet. */
  private next = new Int32Array(16 * SPANS);
  private readonly spans: (readonly number[])[] = [[]];

  get count(): number {
    return this.spans.length;
  }

  /** The profile that a descent more makes of one. */
  after(profile: number, span: number): number {
    return this.next[profile * SPANS + span]! || this.add(profile, span);
  }

  spansOf(profile: number): readonly number[] {
    return this.spans[profile]!;
  }

  /** @param dimension only those in it; left out: in all */
  refsOf(profile: number, dimension?: number): number {
    return this.spansOf(profile)
      .filter((span) => dimension === undefined || span >> 6 === dimension)
      .reduce((refs, span) => refs + ((span >> 3) & 7) - (span & 7) + 1, 0);
  }

  private add(profile: number, span: number): number {
    const added = this.spans.push([...this.spansOf(profile), span]) - 1;
    if (this.spans.length * SPANS > this.next.length) {
      const longer = new Int32Array(2 * this.next.length);
      longer.set(this.next);
      this.next = longer;
    }
    this.next[profile * SPANS + span] = added;
    return added;
  }
}
