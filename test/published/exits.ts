/** Micro-workloads, on a small machine unless another is asked for. */
import * as micro from '../../src/experiments/checks/micro-workloads.js';
import type { Exits } from '../../src/experiments/checks/scripted-guest.js';
import type { StrategyName } from '../../src/paging/index.js';
import type { CellResult } from '../../src/run/cell-result.js';
import type { EventGeneratorName } from '../../src/trace/generators/events/index.js';
import { configOf } from '../support/machine.js';

export type { Exits };

export function replayed(
  strategy: StrategyName,
  generator: EventGeneratorName,
  given: Readonly<Record<string, number>>,
  config = configOf(),
): CellResult {
  return micro.replayed(strategy, generator, given, config);
}

export function exitsOf(
  strategy: StrategyName,
  generator: EventGeneratorName,
  operations: number,
  given: Readonly<Record<string, number>> = {},
  config = configOf(),
): Exits {
  return micro.exitsOf(strategy, generator, operations, given, config);
}
