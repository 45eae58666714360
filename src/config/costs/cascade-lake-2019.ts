/** What a VM exit costs on Intel Cascade Lake under KVM. */
import type { Costs } from '../schema.js';

export const cascadeLake2019: Costs = {
  name: 'cascade-lake-2019',
  source:
    'PVM, SOSP 2023: KVM hypercall 0.46 us at 2.5 GHz = 1150 cycles in all; the hardware part is taken from Sandy Bridge (ATC 2012); entries without an exit: PVM hypercall 0.54 us = 1350 cycles',
  exitHardwareCycles: 784,
  exitSoftwareCycles: 366,
  entryCycles: 1350,
};
