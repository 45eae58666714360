/** Nested paging whose walks are saved nothing: the upper bound of what walks cost. Bhargava et al., ASPLOS 2008, count 24 references. */
import { nested } from './nested.js';
import type { StrategyDefinition } from './strategy.js';

export const nestedUncached: StrategyDefinition = {
  ...nested,
  create: (platform) => {
    platform.walker.setWalkCache(null, false);
    platform.walker.nestedTlb = null;
    return nested.create(platform);
  },
};
