/** What a VM exit costs on Intel Cascade Lake under KVM with shadow tables: a load of CR3, from a benchmark of system calls. */
import type { Costs } from '../schema.js';
import { CASCADE_LAKE_CAUSES } from './cascade-lake-2019.js';

export const cascadeLakeShadow2019: Costs = {
  name: 'cascade-lake-shadow-2019',
  source:
    'PVM, SOSP 2023, table 2: getpid with page-table isolation 2.09 us under kvm-spt less 0.22 us under kvm-ept, two CR3 loads, at 2.5 GHz = 2340 cycles in all; the hardware part is taken from Sandy Bridge (ATC 2012). Fitted to that row: no evidence for system calls. By cause as cascade-lake-2019, which none of the rows of shadow paging went into',
  exitHardwareCycles: 784,
  exitSoftwareCycles: 1556,
  exitCyclesByCause: CASCADE_LAKE_CAUSES,
  entryCycles: 1350,
};
