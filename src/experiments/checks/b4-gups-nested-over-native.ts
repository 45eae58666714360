import { within, type Check } from './check.js';
import { updateCycles, WORKLOAD, type PageSize } from './gups-time.js';

const overNative = (size: PageSize): number => updateCycles('nested', size).total / updateCycles('native', size).total;

export const b4: Check = {
  id: 'B4',
  class: 'BAND',
  title: 'GUPS on Cascade Lake: run time under nested paging over bare metal',
  source: 'vMitosis artifact (ASPLOS 2021), user-mode cycles: 540.968 over 272.965 and 163.202 over 132.942 Gcycles',
  tag: 'P',
  workload: WORKLOAD,
  findings: () => [
    within({ what: '4 KiB pages', target: '1.98', measured: overNative('4k'), band: [1.6, 2.4] }),
    within({ what: '2 MiB pages', target: '1.23', measured: overNative('2m'), band: [1.1, 1.4] }),
  ],
};
