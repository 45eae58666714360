/** What a VM exit costs on Intel Nehalem, 3Q2009. */
import type { Costs } from '../schema.js';

export const nehalem2009: Costs = {
  name: 'nehalem-2009',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784',
  exitHardwareCycles: 1009,
  exitSoftwareCycles: 2216,
};
