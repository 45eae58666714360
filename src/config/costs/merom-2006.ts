/** What a VM exit costs on Intel Merom, 2Q2006. */
import type { Costs } from '../schema.js';

export const merom2006: Costs = {
  name: 'merom-2006',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784',
  exitHardwareCycles: 1579,
  exitSoftwareCycles: 2216,
};
