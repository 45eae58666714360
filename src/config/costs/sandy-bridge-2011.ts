/** What a VM exit costs on Intel Sandy Bridge, 1Q2011. */
import type { Costs } from '../schema.js';

export const sandyBridge2011: Costs = {
  name: 'sandy-bridge-2011',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784',
  exitHardwareCycles: 784,
  exitSoftwareCycles: 2216,
};
