/** The paging strategies, by the name that configurations and tables use. */
import { agile } from './agile/index.js';
import { direct } from './direct/direct.js';
import { native } from './native.js';
import { nested } from './nested.js';
import { nestedUncached } from './nested-uncached.js';
import { selective } from './selective/index.js';
import { shadow } from './shadow/shadow.js';
import { STACKED } from './stacked/index.js';
import type { StackedName, StrategyName } from './names.js';
import type { StrategyDefinition } from './strategy.js';
import { vtlb } from './vtlb.js';
import { writeProtect } from './write-protect.js';

export { STRATEGY_NAMES, STRATEGY_TITLES, type StackedName, type StrategyName } from './names.js';

/** Paging strategies by name, each with the paper or manual that it follows. */
export const STRATEGIES = {
  native,
  shadow,
  vtlb,
  'write-protect': writeProtect,
  nested,
  'nested-uncached': nestedUncached,
  agile,
  selective,
  direct,
} as const satisfies Record<StrategyName, StrategyDefinition>;

const ALL: Readonly<Record<StrategyName | StackedName, StrategyDefinition>> = { ...STRATEGIES, ...STACKED };

/** Of one level, or of a hypervisor in a virtual machine. */
export type AnyStrategy = StrategyName | StackedName;

export function definitionOf(name: AnyStrategy): StrategyDefinition {
  return ALL[name];
}
