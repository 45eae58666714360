/** `agile` as the registry lists it. */
import { unlessLongMode } from '../hardware.js';
import type { StrategyDefinition } from '../strategy.js';
import { Agile } from './agile.js';

export const agile: StrategyDefinition = {
  source: 'Gandhi, Hill, Swift, ISCA 2016',
  walks: 'guest',
  virtualized: true,
  keeps: ['shadow', 'nested'],
  excluded: (config) => {
    const { name, nested } = config.machine;
    if (nested === null) return `${name} has no nested paging`;
    return nested.accessedDirty ? unlessLongMode(config) : `${name} has no dirty bits in nested tables`;
  },
  create: (platform) => new Agile(platform),
};
