/** The paging strategies, by the name that configurations and tables use. */
import { native } from './native.js';
import { nested } from './nested.js';
import { shadow } from './shadow/shadow.js';
import type { StrategyDefinition } from './strategy.js';

export const STRATEGIES = { native, shadow, nested } as const satisfies Record<string, StrategyDefinition>;

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];
