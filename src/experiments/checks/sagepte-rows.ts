/** Of seven programs of the SagePTE artifact, with pages of 4 KiB and with large ones. Source: the data of github.com/amirmnoohi/SagePTE-AE. */
export interface SagePteRow {
  readonly program: string;
  readonly pages: '4k' | 'thp';
  /** Share of the run time that is spent in walks. */
  readonly walking: number;
  /** Of the time of a walk, the percentages of the levels of the nested walk for the data, from the root. */
  readonly hfinal: readonly number[];
  /** As printed: of walks, and of the whole run. */
  readonly walkSpeedup: number;
  readonly runSpeedup: number;
}

// prettier-ignore
export const SAGEPTE_ROWS: readonly SagePteRow[] = [
  { program: 'btree', pages: '4k', walking: 0.4447275661443071, hfinal: [0.9003, 1.2317, 8.1699, 34.4702], walkSpeedup: 1.8107, runSpeedup: 1.2486 },
  { program: 'btree', pages: 'thp', walking: 0.4014285714285717, hfinal: [2.2231, 5.4602, 33.3233], walkSpeedup: 1.6951, runSpeedup: 1.197 },
  { program: 'canneal', pages: '4k', walking: 0.7815695864828817, hfinal: [0.938, 1.3019, 6.0492, 38.7476], walkSpeedup: 1.8881, runSpeedup: 1.5813 },
  { program: 'canneal', pages: 'thp', walking: 0.41477434277766256, hfinal: [2.3657, 4.9802, 35.0453], walkSpeedup: 1.7358, runSpeedup: 1.2133 },
  { program: 'graph500', pages: '4k', walking: 0.20428433372704805, hfinal: [0.5679, 0.7639, 6.0993, 20.5378], walkSpeedup: 1.3883, runSpeedup: 1.0606 },
  { program: 'graph500', pages: 'thp', walking: 0.07927987884844695, hfinal: [1.1774, 4.5593, 15.4059], walkSpeedup: 1.2681, runSpeedup: 1.017 },
  { program: 'gups', pages: '4k', walking: 0.9628, hfinal: [0.9145, 1.1898, 7.7618, 34.3257], walkSpeedup: 1.7919, runSpeedup: 1.7406 },
  { program: 'gups', pages: 'thp', walking: 0.9447, hfinal: [2.8984, 5.7667, 38.8988], walkSpeedup: 1.9071, runSpeedup: 1.816 },
  { program: 'memcached', pages: '4k', walking: 0.13883162668596255, hfinal: [0.8729, 1.1526, 9.5648, 30.9449], walkSpeedup: 1.7402, runSpeedup: 1.0628 },
  { program: 'memcached', pages: 'thp', walking: 0.12693070655496, hfinal: [2.2384, 5.302, 33.6142], walkSpeedup: 1.6994, runSpeedup: 1.0551 },
  { program: 'redis', pages: '4k', walking: 0.47845267237862116, hfinal: [1.0142, 1.4075, 7.4093, 32.9118], walkSpeedup: 1.7305, runSpeedup: 1.2531 },
  { program: 'redis', pages: 'thp', walking: 0.44707524157988565, hfinal: [4.7148, 6.0337, 35.0324], walkSpeedup: 1.8444, runSpeedup: 1.2573 },
  { program: 'xsbench', pages: '4k', walking: 0.6144562334217507, hfinal: [0.8936, 1.2019, 6.8299, 35.0806], walkSpeedup: 1.7859, runSpeedup: 1.3706 },
  { program: 'xsbench', pages: 'thp', walking: 0.25554253284806605, hfinal: [1.6227, 5.0707, 28.4832], walkSpeedup: 1.5427, runSpeedup: 1.0988 },
];
