/** What a VM exit costs on Intel Penryn, 1Q2008. */
import type { Costs } from '../schema.js';

export const penryn2008: Costs = {
  name: 'penryn-2008',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784. Also the price of AMD K10 of the same year, for which no published one is known',
  exitHardwareCycles: 1266,
  exitSoftwareCycles: 2216,
};
