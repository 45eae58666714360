/** A cell that counts from a reference on: what came before has filled tables and caches, and is left out. */
import type { CounterName, Counters } from '../counters/counters.js';
import { rowAfter, rowsFrom, type EventBatch, type PageDictionary } from '../trace/event.js';
import { EXIT_CAUSES, type ExitCause } from '../vmm/exits.js';
import type { CellResult, LevelRefs } from './cell-result.js';
import { Cell, type CellSpec } from './cell.js';

export class CellAfterWarmUp {
  private readonly cell: Cell;
  private before: CellResult | null = null;

  /** @param refs so many references are warm-up; the row in which they end is the last of it */
  constructor(
    spec: CellSpec,
    pages: PageDictionary,
    private refs: number,
  ) {
    this.cell = new Cell(spec, pages);
  }

  replay(batch: EventBatch): void {
    if (this.before !== null) return this.cell.replay(batch);
    const { row, left } = rowAfter(batch, this.refs);
    this.refs = left;
    this.cell.replay(rowsFrom(batch, 0, row));
    if (this.refs > 0) return;
    this.before = this.cell.result();
    this.cell.replay(rowsFrom(batch, row));
  }

  /** Of a trace that ends before the warm-up does: nothing. */
  result(): CellResult {
    const whole = this.cell.result();
    return difference(whole, this.before ?? whole);
  }
}

/** Counts between two moments of one cell. The longest walk is that of all. */
function difference(after: CellResult, before: CellResult): CellResult {
  const names = Object.keys(after.counters) as CounterName[];
  const counters = Object.fromEntries(
    names.map((name) => [name, after.counters[name] - (name === 'peakWalkRefs' ? 0 : before.counters[name])]),
  ) as Counters;
  const exits = Object.fromEntries(
    EXIT_CAUSES.map((cause) => [cause, after.exits[cause] - before.exits[cause]]),
  ) as Record<ExitCause, number>;
  return {
    counters,
    exits,
    levels: after.levels.map((level) => levelDifference(level, before.levels)),
  };
}

function levelDifference(level: LevelRefs, before: readonly LevelRefs[]): LevelRefs {
  const same = before.find((other) => other.dimension === level.dimension && other.level === level.level);
  if (same === undefined) return level;
  return {
    ...level,
    served: less(level.served, same.served),
    walkCacheSkipped: level.walkCacheSkipped - same.walkCacheSkipped,
    nestedTlbSkipped: level.nestedTlbSkipped - same.nestedTlbSkipped,
  };
}

function less(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, at) => value - others[at]!);
}
