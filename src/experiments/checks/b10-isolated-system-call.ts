import type { Check } from './check.js';
import { readingsOf } from './hundred-times-readings.js';

export const b10: Check = {
  id: 'B10',
  class: 'BAND',
  title: 'System call on Cascade Lake: shadow over nested paging',
  source: 'PVM, SOSP 2023, table 2: 2.09 us over 0.22 us with page-table isolation, 0.06 us both without',
  tag: 'P',
  workload: 'system calls; with isolation each loads CR3 twice',
  findings: () => readingsOf(/^B10[ab]?$/, 'the price of a load of CR3 was fitted to this row'),
};
