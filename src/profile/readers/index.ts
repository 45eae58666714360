/** The sources of exit profiles that can be read. A new one is a file here and a line below. */
import { debugfs } from './debugfs.js';
import { domstats } from './domstats.js';
import { kvmExitLines } from './kvm-exit.js';
import { kvmStat } from './kvm-stat.js';
import { perfKvmStat } from './perf-kvm-stat.js';
import { perfStat } from './perf-stat.js';
import type { ProfileReader } from './reader.js';

export const PROFILE_READERS = {
  'perf-kvm-stat': perfKvmStat,
  'perf-stat': perfStat,
  'kvm-exit': kvmExitLines,
  'kvm-stat': kvmStat,
  domstats,
  debugfs,
} as const satisfies Record<string, ProfileReader>;

export type ProfileReaderName = keyof typeof PROFILE_READERS;
