/**
 * Which data cache serves a table entry: three LRU caches of 64-byte lines that hold nothing but table lines.
 * They stand for the share of L1, L2 and L3 that tables keep against the data of a program; a page-grained trace cannot show
 * that competition, so the share is a stated part of the machine description.
 */
import type { Machine } from '../config/machine-schema.js';
import type { PteCacheModel } from './walk-observer.js';

const LINE_BYTES = 64;

export class PteCache implements PteCacheModel {
  private readonly l1: LineCache;
  private readonly l2: LineCache;
  private readonly l3: LineCache | null;

  constructor({ caches, pteCacheShare }: Machine) {
    const share = (cache: { kib: number; ways: number }): LineCache =>
      new LineCache((cache.kib * 1024 * pteCacheShare) / LINE_BYTES, cache.ways);
    this.l1 = share(caches.l1d);
    this.l2 = share(caches.l2);
    this.l3 = caches.l3 === null ? null : share(caches.l3);
  }

  touch(line: number): number {
    if (this.l1.touch(line)) return 0;
    if (this.l2.touch(line)) return 1;
    return this.l3 !== null && this.l3.touch(line) ? 2 : 3;
  }
}

/** A set-associative LRU cache of line numbers; a line that is missed is filled. */
class LineCache {
  private readonly sets: number;
  /** Lines by set, the most recently used first; -1 = empty. */
  private readonly lines: Int32Array;

  constructor(
    lines: number,
    private readonly ways: number,
  ) {
    this.sets = Math.max(1, Math.floor(lines / ways));
    this.lines = new Int32Array(this.sets * ways).fill(-1);
  }

  touch(line: number): boolean {
    const { lines, ways } = this;
    const first = (line % this.sets) * ways;
    if (lines[first] === line) return true;
    let way = 1;
    while (way < ways && lines[first + way] !== line) way++;
    const hit = way < ways;
    for (let to = first + (hit ? way : ways - 1); to > first; to--) lines[to] = lines[to - 1]!;
    lines[first] = line;
    return hit;
  }
}
