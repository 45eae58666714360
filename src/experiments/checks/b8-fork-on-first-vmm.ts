import type { Check } from './check.js';
import { readingsOf } from './hundred-times-readings.js';

export const b8: Check = {
  id: 'B8',
  class: 'BAND',
  title: 'Fork and wait on Prescott: a first VMM on VT-x over bare metal',
  source:
    'Adams & Agesen, ASPLOS 2006: 106.4 s over 6.0 s for 40,000; 6.0 s are cycles at a clock of 3.8 GHz, from memory',
  tag: 'S',
  workload: 'lat_proc fork of lmbench',
  findings: () => readingsOf(/^B8[ab]?$/),
};
