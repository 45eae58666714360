/** TLB arrays for the same references, which differ in sets and ways: one column for each number of sets, and who misses in each. */
import { LruColumn, type Dead } from './lru-column.js';

/** An array of some of those that are compared. */
export interface Member {
  readonly sets: number;
  /** 0: there is no array. */
  readonly ways: number;
  /** Its number among them. */
  readonly id: number;
}

export class LruFamily {
  /** Members that missed at the last use or look, the first `missed` of them. */
  readonly missing: Int32Array;
  missed = 0;
  private readonly columns: readonly LruColumn[];
  /** By column: ways of its members from the fewest on, and their numbers. */
  private readonly ways: readonly Int32Array[];
  private readonly ids: readonly Int32Array[];
  private readonly absent: readonly number[];
  /** The sets of each column are those of the one before it, divided: what is the most recent in one is so in the next. */
  private readonly nested: boolean;

  constructor(members: readonly Member[]) {
    this.missing = new Int32Array(members.length);
    this.absent = members.filter(({ ways }) => ways === 0).map(({ id }) => id);
    const present = members.filter(({ ways }) => ways > 0);
    const sets = [...new Set(present.map((member) => member.sets))].sort((a, b) => a - b);
    const groups = sets.map((count) =>
      present.filter((member) => member.sets === count).sort((a, b) => a.ways - b.ways),
    );
    this.columns = groups.map((group) => new LruColumn(group[0]!.sets, group.at(-1)!.ways));
    this.ways = groups.map((group) => Int32Array.from(group, ({ ways }) => ways));
    this.ids = groups.map((group) => Int32Array.from(group, ({ id }) => id));
    this.nested = sets.every((count, at) => at === 0 || count % sets[at - 1]! === 0);
  }

  /** Makes an entry the most recent everywhere, and finds out where it was not held. */
  use(number: number, entry: number, space: number, dead: Dead): void {
    this.begin();
    for (let at = 0; at < this.columns.length; at++) {
      const depth = this.columns[at]!.use(number, entry, space, dead);
      if (depth === 0) {
        if (this.nested) return;
      } else this.miss(at, depth);
    }
  }

  /** Finds out where an entry is not held; nothing moves. */
  look(number: number, entry: number, space: number): void {
    this.begin();
    for (let at = 0; at < this.columns.length; at++) this.miss(at, this.columns[at]!.depth(number, entry, space));
  }

  drop(number: number, entry: number, space: number): void {
    for (const column of this.columns) column.drop(number, entry, space);
  }

  private begin(): void {
    this.missed = 0;
    for (const id of this.absent) this.missing[this.missed++] = id;
  }

  private miss(column: number, depth: number): void {
    const ways = this.ways[column]!;
    const ids = this.ids[column]!;
    for (let at = 0; at < ways.length && ways[at]! <= depth; at++) this.missing[this.missed++] = ids[at]!;
  }
}
