import type { Check } from './check.js';
import { readingsOf } from './hundred-times-readings.js';

export const b7: Check = {
  id: 'B7',
  class: 'BAND',
  title: 'Fork on Cascade Lake: shadow over nested paging',
  source: 'PVM, SOSP 2023, table 3: 504.67 us over 82.13 us',
  tag: 'P',
  workload: 'lat_proc fork of lmbench, as measured: 26 faults of the child, 3 of the parent',
  findings: () =>
    readingsOf(
      /^B7[ab]?$/,
      'what bringing tables in sync at a load of CR3 costs has no published price, and user traces do not touch the half of an address space that belongs to the kernel',
    ),
};
