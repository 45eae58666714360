/** What a VM exit costs on Intel Prescott, 3Q2005. */
import type { Costs } from '../schema.js';

export const prescott2005: Costs = {
  name: 'prescott-2005',
  source:
    'Agesen et al., USENIX ATC 2012, table 1 (hardware round trip); software: 3000 cycles in all on Sandy Bridge (same paper), less its 784. By cause: Adams & Agesen, ASPLOS 2006, 6.2, hardware VMM less native on a Pentium 4: ptemod 12733 - 1, pgfault 11242 - 1093, in 15826 - 3209',
  exitHardwareCycles: 3963,
  exitSoftwareCycles: 2216,
  exitCyclesByCause: { tableWrite: 12_732, guestFault: 10_149, io: 12_617 },
};
