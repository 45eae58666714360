/** `selective` as the registry lists it. */
import { unlessLongMode } from '../hardware.js';
import type { StrategyDefinition } from '../strategy.js';
import { Selective } from './selective.js';

export const selective: StrategyDefinition = {
  source: 'Wang et al., VEE 2011',
  walks: 'guest',
  virtualized: true,
  keeps: ['shadow', 'nested'],
  filtersFaults: true,
  excluded: (config) =>
    config.machine.nested === null ? `${config.machine.name} has no nested paging` : unlessLongMode(config),
  create: (platform) => new Selective(platform),
};
