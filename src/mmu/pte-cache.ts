/**
 * Which data cache serves a table entry. A page-grained trace cannot show how tables and data compete for the caches: there, three LRU
 * caches hold nothing but table lines, and are a stated share of L1, L2 and L3. With a line-grained trace the caches are whole, and
 * data uses the same lines.
 */
import type { Machine } from '../config/machine-schema.js';
import type { PhysicalMemory } from '../memory/physical.js';
import type { PteCacheModel } from './walk-observer.js';

const LINE_BYTES = 64;
const LINES_IN_FRAME = 64;

interface Levels {
  readonly l1: LineCache;
  readonly l2: LineCache;
  readonly l3: LineCache | null;
}

function levels({ caches }: Machine, share: number): Levels {
  const part = (cache: { kib: number; ways: number }): LineCache =>
    new LineCache((cache.kib * 1024 * share) / LINE_BYTES, cache.ways);
  return { l1: part(caches.l1d), l2: part(caches.l2), l3: caches.l3 === null ? null : part(caches.l3) };
}

function touch({ l1, l2, l3 }: Levels, line: number): number {
  if (l1.touch(line)) return 0;
  if (l2.touch(line)) return 1;
  return l3 !== null && l3.touch(line) ? 2 : 3;
}

/** System-physical line of one of simulated memory, where frames of tables have places of their own. */
function physicalLine(memory: PhysicalMemory, line: number): number {
  return memory.frameAt[Math.floor(line / LINES_IN_FRAME)]! * LINES_IN_FRAME + (line % LINES_IN_FRAME);
}

/** Table lines by themselves. */
export class PteCache implements PteCacheModel {
  private readonly levels: Levels;

  constructor(
    machine: Machine,
    private readonly memory: PhysicalMemory,
  ) {
    this.levels = levels(machine, machine.pteCacheShare);
  }

  touch(line: number): number {
    return touch(this.levels, physicalLine(this.memory, line));
  }
}

/** Lines of tables and of data, by their system-physical address. */
export class DataCaches implements PteCacheModel {
  private readonly levels: Levels;

  constructor(
    machine: Machine,
    private readonly memory: PhysicalMemory,
  ) {
    this.levels = levels(machine, 1);
  }

  /** A line of a table. */
  touch(line: number): number {
    return touch(this.levels, physicalLine(this.memory, line));
  }

  /** A load or store. */
  touchData(frame: number, offset: number): void {
    touch(this.levels, frame * LINES_IN_FRAME + Math.floor(offset / LINE_BYTES));
  }

  /** A fetch: it has a first-level cache of its own, which holds no tables. */
  touchCode(frame: number, offset: number): void {
    const line = frame * LINES_IN_FRAME + Math.floor(offset / LINE_BYTES);
    if (!this.levels.l2.touch(line)) this.levels.l3?.touch(line);
  }
}

/** A set-associative LRU cache of line numbers; a line that is missed is filled. */
class LineCache {
  private readonly sets: number;
  /** Lines by set, the most recently used first; -1 = empty. */
  private readonly lines: Float64Array;

  constructor(
    lines: number,
    private readonly ways: number,
  ) {
    this.sets = Math.max(1, Math.floor(lines / ways));
    this.lines = new Float64Array(this.sets * ways).fill(-1);
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
