import type { Check } from './check.js';
import { readingsOf } from './hundred-times-readings.js';

export const b9: Check = {
  id: 'B9',
  class: 'BAND',
  title: 'Page and protection faults on Cascade Lake: shadow over nested paging',
  source: 'PVM, SOSP 2023, table 4: 0.93 us over 0.15 us, 3.17 us over 0.66 us',
  tag: 'P',
  workload: 'lat_pagefault and lat_sig prot of lmbench',
  findings: () => readingsOf(/^B9[ab]?$/),
};
