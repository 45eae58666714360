/** A guest of a few rows, written down one by one: it can be asked between them what it has counted. */
import type { RunConfig } from '../../config/schema.js';
import type { StrategyName } from '../../paging/index.js';
import type { CellResult } from '../../run/cell-result.js';
import { Cell } from '../../run/cell.js';
import type { TraceCharacteristics } from '../../trace/event.js';
import { scriptCharacteristics } from '../../trace/generate-events.js';
import { Script } from '../../trace/generators/script.js';
import { EXIT_CAUSES, type ExitCause } from '../../vmm/exits.js';

/** By cause; those that there are none of are left out. */
export type Exits = Partial<Record<ExitCause, number>>;

export interface Counted {
  readonly exits: Exits;
  readonly before: CellResult;
  readonly after: CellResult;
}

export class ScriptedGuest {
  readonly script = new Script();
  readonly cell: Cell;

  constructor(strategy: StrategyName, source: TraceCharacteristics['source'], config: RunConfig) {
    const characteristics = scriptCharacteristics(source);
    this.cell = new Cell({ strategy, characteristics, config }, this.script.pages);
  }

  /** Replays what has been written down since the last time. */
  run(): Counted {
    const before = this.cell.result();
    for (const batch of this.script.take(true)) this.cell.replay(batch);
    const after = this.cell.result();
    return { exits: exitsBetween(before, after), before, after };
  }
}

export function exitsBetween(before: CellResult, after: CellResult): Exits {
  const causes = EXIT_CAUSES.filter((cause) => after.exits[cause] !== before.exits[cause]);
  return Object.fromEntries(causes.map((cause) => [cause, after.exits[cause] - before.exits[cause]]));
}

export function total(exits: Exits): number {
  return Object.values(exits).reduce((sum, count) => sum + count, 0);
}
