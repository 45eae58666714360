/**
 * The LRU stacks of all sets that TLB arrays of one number of sets have, whatever their associativity: an array of w ways holds what stands at
 * the first w places of a set (Mattson et al., 1970; Hill and Smith, 1989). What has been removed leaves a hole, which the next use that comes
 * from below it fills (Thompson and Smith, 1989).
 */

/** By space: 1 where all that belongs to it has been removed. */
export type Dead = Uint8Array;

/** No entry. */
const HOLE = -1;

export class LruColumn {
  /** Entries from the most recent on, set after set, and the space that each was put in with. */
  private readonly entries: Int32Array;
  private readonly spaces: Int32Array;
  /** -1: the sets are not a power of two. */
  private readonly mask: number;

  /** @param ways the most that any of the arrays has */
  constructor(
    readonly sets: number,
    readonly ways: number,
  ) {
    this.entries = new Int32Array(sets * ways).fill(HOLE);
    this.spaces = new Int32Array(sets * ways);
    this.mask = (sets & (sets - 1)) === 0 ? sets - 1 : -1;
  }

  private firstOf(number: number): number {
    return (this.mask < 0 ? number % this.sets : number & this.mask) * this.ways;
  }

  /** Makes an entry the most recent of its set. @param number of its page @returns how many places stood before it; `ways` where it was not */
  use(number: number, entry: number, space: number, dead: Dead): number {
    const { entries, spaces, ways } = this;
    const first = this.firstOf(number);
    let moved = entry;
    let movedSpace = space;
    for (let at = 0; at < ways; at++) {
      const here = entries[first + at]!;
      const itsSpace = spaces[first + at]!;
      entries[first + at] = moved;
      spaces[first + at] = movedSpace;
      if (here === entry && itsSpace === space) return at;
      if (here === HOLE || dead[itsSpace] === 1) return this.takeOut(first, at + 1, entry, space);
      moved = here;
      movedSpace = itsSpace;
    }
    return ways;
  }

  /** Places before an entry, which stays where it is; `ways` where it is not. */
  depth(number: number, entry: number, space: number): number {
    const first = this.firstOf(number);
    let at = 0;
    while (at < this.ways && !this.isAt(first + at, entry, space)) at++;
    return at;
  }

  drop(number: number, entry: number, space: number): void {
    this.takeOut(this.firstOf(number), 0, entry, space);
  }

  /** Leaves a hole where an entry stands, at a place or after it. */
  private takeOut(first: number, from: number, entry: number, space: number): number {
    for (let at = from; at < this.ways; at++) {
      if (!this.isAt(first + at, entry, space)) continue;
      this.entries[first + at] = HOLE;
      return at;
    }
    return this.ways;
  }

  private isAt(place: number, entry: number, space: number): boolean {
    return this.entries[place] === entry && this.spaces[place] === space;
  }
}
