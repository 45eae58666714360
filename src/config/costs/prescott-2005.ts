/** What a VM exit costs on Intel Prescott, 3Q2005. */
import type { Costs } from '../schema.js';

export const prescott2005: Costs = {
  name: 'prescott-2005',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784',
  exitHardwareCycles: 3963,
  exitSoftwareCycles: 2216,
};
