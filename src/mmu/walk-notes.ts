/** What a walk notes of itself as it goes: the tables that it came by, for a cache to keep, and the entries read or saved, for the tally. */
import { GUEST, SAVED_BY } from './walk-observer.js';
import { WalkResult } from './walk-result.js';

export class WalkNotes extends WalkResult {
  /** Notes a table of the path, for a cache to keep. */
  protected noteTable(level: number, table: number, system: number, rights: number, anyHigh: number): void {
    const { path } = this;
    path.table[level] = table;
    path.system[level] = system;
    path.rights[level] = rights;
    path.anyHigh[level] = anyHigh;
    path.hostRights[level] = this.pathHostRights[level]!;
    path.nestedLeaves[level] = path.nestedLeaves[level + 1]! | this.leafBits(level);
  }

  private leafBits(level: number): number {
    if (this.host === null) return 0;
    return this.switching?.leafBits(level, this.nested.level) ?? this.nested.level << (3 * level);
  }

  /** A walk cache led to the table of `level`: what would have been read on the way there is saved. */
  protected skipTo(top: number, level: number): void {
    this.tally.hits[SAVED_BY.walkCache]! += 1;
    const leaves = this.path.nestedLeaves[level]!;
    for (let above = top; above >= level; above--) {
      const leaf = (leaves >> (3 * above)) & 7;
      if (leaf > 0) this.nested.skip(leaf, this.host!.levels, SAVED_BY.walkCache);
      if (above > level) this.saveQuietly(above);
    }
  }

  /** A walk cache knows the entry of a level, which `count` will take for one that was read. */
  protected save(level: number): void {
    this.refs--;
    this.tally.hits[SAVED_BY.walkCache]! += 1;
    this.saveQuietly(level);
  }

  private saveQuietly(level: number): void {
    const dimension = this.dimensionOf(level);
    this.tally.save(SAVED_BY.walkCache, dimension, level);
    this.observer?.saved?.(dimension, level, SAVED_BY.walkCache);
  }

  private dimensionOf(level: number): number {
    return this.switching === null ? GUEST : this.switching.dimensionOf(level);
  }

  /** The levels `top` to `last` were needed, those from `first` on were read or saved. */
  protected count(top: number, first: number, last: number): void {
    this.lastLevel = last;
    if (last <= first) this.refs += first - last + 1;
    if (this.switching === null) this.tally.descend(GUEST, top, last);
    else this.switching.descend(this.tally, top, last);
  }

  protected watch(level: number, frame: number, word: number, low: number, high: number): void {
    const dimension = this.dimensionOf(level);
    const served = this.tally.pteCache === null ? 3 : this.tally.touch(dimension, level, word >> 4);
    this.observer?.reference(
      dimension,
      level,
      frame * 4096 + (word & 1023) * 4,
      low,
      this.guest.narrow ? 0 : high,
      served,
    );
  }
}
