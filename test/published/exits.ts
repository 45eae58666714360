/** What micro-workloads cost in exits: counted for the operations alone, without what stands before them. */
import { runCell } from '../../src/run/cell.js';
import type { StrategyName } from '../../src/paging/index.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import type { EventGeneratorName } from '../../src/trace/generators/events/index.js';
import type { CellResult } from '../../src/run/cell-result.js';
import { EXIT_CAUSES, type ExitCause } from '../../src/vmm/exits.js';
import { configOf } from '../support/machine.js';

export type Exits = Partial<Record<ExitCause, number>>;

export function replayed(
  strategy: StrategyName,
  generator: EventGeneratorName,
  given: Readonly<Record<string, number>>,
  config = configOf(),
): CellResult {
  const trace = generateEvents(generator, given);
  const { characteristics } = trace.header;
  return runCell({ strategy, characteristics, config }, trace.pages, trace.batches());
}

/** Exits of `operations` operations: those of a run twice as long less those of the run. */
export function exitsOf(
  strategy: StrategyName,
  generator: EventGeneratorName,
  operations: number,
  given: Readonly<Record<string, number>> = {},
  config = configOf(),
): Exits {
  const once = replayed(strategy, generator, { ...given, operations }, config).exits;
  const twice = replayed(strategy, generator, { ...given, operations: 2 * operations }, config).exits;
  const causes = EXIT_CAUSES.filter((cause) => twice[cause] !== once[cause]);
  return Object.fromEntries(causes.map((cause) => [cause, twice[cause] - once[cause]]));
}
