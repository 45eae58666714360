import { notCheckable, type Check } from './check.js';

export const b3: Check = {
  id: 'B3',
  class: 'BAND',
  title: 'A pointer chase over more and more memory: its latency stays at that of L1, L2 and L3 in turn',
  source: 'InstLatx64 repository, *MemLat*.txt, whose latencies the machines have',
  tag: 'P',
  workload: 'none',
  findings: () => [
    notCheckable(
      'cycles of a load at each plateau',
      'within 10 % of the latencies of the machine',
      'loads of data have no price here: caches are asked for table entries, and cycles are those of translation alone',
    ),
  ],
};
