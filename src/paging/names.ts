/** Names of the paging strategies, in the order of tables: here, so that a command line can offer them without loading the MMU. */
export const STRATEGY_NAMES = ['native', 'shadow', 'nested'] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];
