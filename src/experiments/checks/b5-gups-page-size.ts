import { within, type Check } from './check.js';
import { updateCycles, WORKLOAD } from './gups-time.js';

export const b5: Check = {
  id: 'B5',
  class: 'BAND',
  title: 'GUPS on bare metal: run time with 4 KiB pages over that with huge pages',
  source: 'vMitosis artifact: 272.965 over 132.942 Gcycles; Mitosis artifact (ASPLOS 2020): 454.08 over 176.55',
  tag: 'P',
  workload: WORKLOAD,
  findings: () => [
    within({
      what: '4 KiB over 2 MiB',
      target: '2.05 and 2.57',
      measured: updateCycles('native', '4k').total / updateCycles('native', '2m').total,
      band: [1.7, 3],
    }),
  ],
};
