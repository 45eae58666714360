/** What micro-workloads cost in exits: counted for the operations alone, without what stands before them. */
import type { RunConfig } from '../../config/schema.js';
import { runCell } from '../../run/cell.js';
import type { StrategyName } from '../../paging/index.js';
import type { CellResult } from '../../run/cell-result.js';
import { generateEvents } from '../../trace/generate-events.js';
import type { EventGeneratorName } from '../../trace/generators/events/index.js';
import type { GeneratedTrace } from '../../trace/generate.js';
import { EXITS } from '../../vmm/exits.js';
import { exitsBetween, type Exits } from './scripted-guest.js';

export function replayed(
  strategy: StrategyName,
  generator: EventGeneratorName,
  given: Readonly<Record<string, number>>,
  config: RunConfig,
): CellResult {
  return replayedTrace(strategy, generateEvents(generator, given), config);
}

export function replayedTrace(strategy: StrategyName, trace: GeneratedTrace, config: RunConfig): CellResult {
  const { characteristics } = trace.header;
  return runCell({ strategy, characteristics, config }, trace.pages, trace.batches());
}

/** Exits of `operations` operations: those of a run twice as long less those of the run. */
export function exitsOf(
  strategy: StrategyName,
  generator: EventGeneratorName,
  operations: number,
  given: Readonly<Record<string, number>>,
  config: RunConfig,
): Exits {
  const once = replayed(strategy, generator, { ...given, operations }, config);
  const twice = replayed(strategy, generator, { ...given, operations: 2 * operations }, config);
  return exitsBetween(once, twice);
}

/** Exits of the causes that have nothing to do with memory. An APIC page that nothing maps is a fault of whichever tables are in use. */
export function otherExits({ exits: { mmioFault, mmio, ...others } }: CellResult): Exits {
  const exits = { ...others, mmio: mmio + mmioFault };
  const causes = Object.keys(exits) as (keyof typeof exits)[];
  const counted = causes.filter((cause) => !EXITS[cause].memory && exits[cause] > 0);
  return Object.fromEntries(counted.map((cause) => [cause, exits[cause]]));
}
