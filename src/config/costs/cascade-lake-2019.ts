/** What a VM exit costs on Intel Cascade Lake under KVM. */
import type { Costs } from '../schema.js';

/** Every exit of shadow paging but one for CR3 or INVLPG is an exception: a page fault. The measured one was #UD. */
const EXCEPTION = 4150;
const MSR = 2175;

export const CASCADE_LAKE_CAUSES: Costs['exitCyclesByCause'] = {
  hiddenFault: EXCEPTION,
  guestFault: EXCEPTION,
  tableWrite: EXCEPTION,
  unsync: EXCEPTION,
  adUpdate: EXCEPTION,
  mmioFault: EXCEPTION,
  exception: EXCEPTION,
  cpuid: 1350,
  rdmsr: MSR,
  wrmsr: MSR,
  io: 9475,
};

export const cascadeLake2019: Costs = {
  name: 'cascade-lake-2019',
  source:
    'PVM, SOSP 2023: KVM hypercall 0.46 us at 2.5 GHz = 1150 cycles in all; the hardware part is taken from Sandy Bridge (ATC 2012); entries without an exit: PVM hypercall 0.54 us = 1350 cycles. By cause, from the same table 1: exception 1.66 us, CPUID 0.54, MSR 0.87, port I/O 3.79',
  exitHardwareCycles: 784,
  exitSoftwareCycles: 366,
  exitCyclesByCause: CASCADE_LAKE_CAUSES,
  entryCycles: 1350,
};
