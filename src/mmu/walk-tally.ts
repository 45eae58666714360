/**
 * Counts the table references of walks by dimension and level: those made, by the cache that served them while one is modelled, and
 * those that a walk cache or a nested TLB saved.
 *
 * A descent through one table is noted once, by the levels of the first and last entry that it needs, saved or not. A walk that faults
 * takes its notes back, so that the counts are those of walks that ended in a translation.
 */
import { LEVELS } from './dimension.js';
import { NESTED, SAVED_BY, type PteCacheModel, type Saver } from './walk-observer.js';
import { WalkProfiles } from './walk-profiles.js';

const PLACES = 4;
/** GUEST, NESTED, SHADOW. */
const DIMENSIONS = 3;
const MEMORY = PLACES - 1;
/** A two-dimensional walk descends through at most 6 tables, and needs at most 5 × 6 + 5 references; the load of PDPTEs is short. */
const MOST_DESCENTS = 8;
const MOST_REFS = 64;

export class WalkTally {
  pteCache: PteCacheModel | null = null;
  faultedWalks = 0;
  /** References of walks that faulted, by place: l1, l2, l3, memory. */
  readonly faultedServed = new Float64Array(PLACES);
  /** References of loads of PDPTE registers, by place. */
  readonly loadServed = new Float64Array(PLACES);
  /** Look-ups that hit, by saver, of all walks. */
  readonly hits = new Float64Array(2);
  /** Walks that ended in a translation. */
  walks = 0;
  /** The most references that one of them made. */
  peak = 0;
  /** Descents by dimension × 64 + level of the first entry needed × 8 + level of the last. */
  readonly spans = new Float64Array(DIMENSIONS * 64);
  /** References made, by (dimension × LEVELS + level) × PLACES + place. */
  private readonly served = new Float64Array(DIMENSIONS * LEVELS * PLACES);
  /** References saved, by (saver × DIMENSIONS + dimension) × LEVELS + level. */
  private readonly saved = new Float64Array(2 * DIMENSIONS * LEVELS);

  // Walks of a shape that came before, and are not in the counts by level yet.
  private readonly shapes: (readonly number[])[] = [];
  /** By shape: walks, and references of each. */
  repeats = new Float64Array(64);
  shapeRefs = new Int32Array(64);

  /** Shape of the last walk, where it was one that came before, and the descent after it; -1: none. */
  private repeated = -1;
  private repeatedLast = -1;
  readonly profiles = new WalkProfiles();
  /** Nested walks that the nested TLB saved, by levels, and that are not in the counts by level yet. */
  private readonly skips = new Float64Array(64);
  /** Descents of which a walk cache had entries, by dimension × 64 + a bit for each level, not in the counts by level yet. */
  private readonly heldEntries = new Float64Array(DIMENSIONS * 64);

  // Notes of the walk under way.
  private readonly notes = new Uint8Array(MOST_DESCENTS);
  private descents = 0;
  private readonly trail = new Uint8Array(MOST_REFS);
  private trailLength = 0;
  private readonly savedTrail = new Uint8Array(MOST_REFS);
  private savedLength = 0;

  begin(): void {
    this.repeated = -1;
    this.descents = 0;
    this.trailLength = 0;
    this.savedLength = 0;
  }

  /** A descent needed the entries of levels `first` down to `last`. */
  descend(dimension: number, first: number, last: number): void {
    const span = (dimension << 6) + (first << 3) + last;
    this.spans[span]! += 1;
    this.notes[this.descents++] = span;
  }

  /** A number for the descents of the last walk but the last of them: walks that make the same ones again can be counted by it. */
  shape(butLast: number): number {
    const spans = [...this.notes.subarray(0, this.descents - butLast)];
    const known = this.shapes.findIndex((shape) => shape.join() === spans.join());
    if (known >= 0) return known;
    const refs = spans.reduce((sum, span) => sum + ((span >> 3) & 7) - (span & 7) + 1, 0);
    const number = this.shapes.push(spans) - 1;
    if (number === this.repeats.length) this.growShapes();
    this.shapeRefs[number] = refs;
    return number;
  }

  /** The descents of a shape once more, in a walk that cannot fault. @returns references */
  repeat(shape: number): number {
    this.repeated = shape;
    this.repeatedLast = -1;
    this.repeats[shape]! += 1;
    return this.shapeRefs[shape]!;
  }

  /** One descent in a walk that cannot fault. */
  descendSurely(dimension: number, first: number, last: number): void {
    this.repeatedLast = (dimension << 6) + (first << 3) + last;
    this.spans[this.repeatedLast]! += 1;
  }

  /** A number for the descents of the last walk, which ended in a translation: see WalkProfiles. */
  profile(): number {
    const { profiles, repeated, repeatedLast } = this;
    let profile = 0;
    if (repeated < 0) for (let at = 0; at < this.descents; at++) profile = profiles.after(profile, this.notes[at]!);
    else for (const span of this.shapes[repeated]!) profile = profiles.after(profile, span);
    return repeated < 0 || repeatedLast < 0 ? profile : profiles.after(profile, repeatedLast);
  }

  /** A copy, with so many walks of some profiles more or fewer. @param walks by profile @param peak the most references of one walk */
  adjusted(walks: Float64Array, peak: number): WalkTally {
    this.settle();
    const copy = new WalkTally();
    copy.spans.set(this.spans);
    copy.faultedWalks = this.faultedWalks;
    copy.faultedServed.set(this.faultedServed);
    copy.loadServed.set(this.loadServed);
    copy.walks = this.walks;
    copy.peak = peak;
    for (const [profile, count] of walks.entries()) {
      if (count === 0) continue;
      copy.walks += count;
      for (const span of this.profiles.spansOf(profile)) copy.spans[span]! += count;
    }
    return copy;
  }

  private growShapes(): void {
    const { repeats, shapeRefs } = this;
    this.repeats = new Float64Array(2 * repeats.length);
    this.repeats.set(repeats);
    this.shapeRefs = new Int32Array(2 * repeats.length);
    this.shapeRefs.set(shapeRefs);
  }

  /** Asked for with every count: it makes no objects. */
  private settle(): void {
    const { shapes, repeats, skips, heldEntries, saved } = this;
    for (let shape = 0; shape < shapes.length; shape++) {
      if (repeats[shape] === 0) continue;
      for (const span of shapes[shape]!) this.spans[span]! += repeats[shape]!;
      repeats[shape] = 0;
    }
    for (let span = 0; span < skips.length; span++) {
      if (skips[span] === 0) continue;
      for (let level = span & 7; level <= span >> 3; level++)
        saved[(SAVED_BY.nestedTlb * DIMENSIONS + NESTED) * LEVELS + level]! += skips[span]!;
      skips[span] = 0;
    }
    for (let at = 0; at < heldEntries.length; at++) {
      if (heldEntries[at] === 0) continue;
      for (let level = 1; level < LEVELS; level++)
        if (((at >> level) & 1) !== 0)
          saved[(SAVED_BY.walkCache * DIMENSIONS + (at >> 6)) * LEVELS + level]! += heldEntries[at]!;
      heldEntries[at] = 0;
    }
  }

  /** One of them was not read. */
  save(by: Saver, dimension: number, level: number): void {
    const at = (by * DIMENSIONS + dimension) * LEVELS + level;
    this.saved[at]! += 1;
    this.savedTrail[this.savedLength++] = at;
  }

  /** A walk cache had entries of a descent, in a walk that cannot fault. @param held bit n: that of level n */
  saveSurely(dimension: number, held: number): void {
    this.heldEntries[(dimension << 6) + held]! += 1;
  }

  /** The nested TLB saved a whole nested walk of one that cannot fault. */
  skipSurely(first: number, last: number): void {
    this.skips[(first << 3) + last]! += 1;
  }

  /** One reference made, while a PTE cache is modelled; returns what served it. */
  touch(dimension: number, level: number, line: number): number {
    const place = this.pteCache!.touch(line);
    const at = (dimension * LEVELS + level) * PLACES + place;
    this.served[at]! += 1;
    this.trail[this.trailLength++] = at;
    return place;
  }

  /** The walk under way ended in a translation, after so many references. */
  complete(refs: number): void {
    this.walks++;
    if (refs > this.peak) this.peak = refs;
  }

  /** The walk under way ended in a fault. */
  takeBack(): void {
    this.faultedWalks++;
    this.move(this.faultedServed);
  }

  /** The walk that has just ended in a translation was for the hardware's own purposes: it counts with those that faulted. */
  disown(): void {
    this.walks--;
    this.takeBack();
  }

  /** As `disown`, of a walk that another walker has made. */
  takeOver(other: WalkTally): void {
    other.disown();
    this.faultedWalks += other.faultedWalks;
    for (const [place, refs] of other.faultedServed.entries()) this.faultedServed[place]! += refs;
    other.reset();
  }

  /** What has been noted was no walk: it loaded PDPTE registers. */
  setAside(): void {
    this.move(this.loadServed);
  }

  /** Takes the notes of the walk under way out of the counts by level, and adds its references to others. */
  private move(to: Float64Array): void {
    for (let at = 0; at < this.descents; at++) {
      const span = this.notes[at]!;
      this.spans[span]! -= 1;
      if (this.pteCache === null) to[MEMORY]! += ((span >> 3) & 7) - (span & 7) + 1;
    }
    for (let at = 0; at < this.savedLength; at++) this.saved[this.savedTrail[at]!]! -= 1;
    if (this.pteCache === null) to[MEMORY]! -= this.savedLength;
    for (let at = 0; at < this.trailLength; at++) {
      const counted = this.trail[at]!;
      this.served[counted]! -= 1;
      to[counted % PLACES]! += 1;
    }
    this.begin();
  }

  /** References made in a dimension, by level. */
  refs(dimension: number): Float64Array {
    this.settle();
    const refs = new Float64Array(LEVELS);
    for (let first = 1; first < LEVELS; first++) {
      for (let last = 1; last <= first; last++) {
        const descents = this.spans[(dimension << 6) + (first << 3) + last]!;
        for (let level = last; level <= first; level++) refs[level]! += descents;
      }
    }
    for (const by of Object.values(SAVED_BY))
      for (let level = 1; level < LEVELS; level++) refs[level]! -= this.savedAt(by, dimension, level);
    return refs;
  }

  savedAt(by: Saver, dimension: number, level: number): number {
    this.settle();
    return this.saved[(by * DIMENSIONS + dimension) * LEVELS + level]!;
  }

  /** References of a dimension and level by place: l1, l2, l3, memory. Without a PTE cache memory serves them all. */
  servedAt(dimension: number, level: number): number[] {
    if (this.pteCache === null) return [0, 0, 0, this.refs(dimension)[level]!];
    const first = (dimension * LEVELS + level) * PLACES;
    return [...this.served.subarray(first, first + PLACES)];
  }

  reset(): void {
    this.settle();
    for (const counts of [this.spans, this.served, this.saved, this.faultedServed, this.loadServed, this.hits])
      counts.fill(0);
    this.faultedWalks = this.walks = this.peak = 0;
  }
}
