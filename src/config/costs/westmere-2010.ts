/** What a VM exit costs on Intel Westmere, 1Q2010. */
import type { Costs } from '../schema.js';

export const westmere2010: Costs = {
  name: 'westmere-2010',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784',
  exitHardwareCycles: 761,
  exitSoftwareCycles: 2216,
};
