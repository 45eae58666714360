/**
 * InstLatx64 (github.com/InstLatx64/InstLatx64), *MemLat*.txt: cycles of a dependent load at random over a footprint, less those of one at
 * random within a page before it goes on to the next. The difference is what a walk costs, with pages of 4 KiB. One machine each, and noisy.
 */
import type { MachineName } from '../../config/machines/index.js';

export interface WalkDelta {
  readonly machine: MachineName;
  /** As the file names it. */
  readonly part: string;
  readonly cycles: number;
  readonly mib: number;
}

export const WALK_DELTAS: readonly WalkDelta[] = [
  { machine: 'amd-k8-revF', part: 'K8', cycles: 36, mib: 64 },
  { machine: 'amd-shanghai', part: 'Shanghai', cycles: 71, mib: 64 },
  { machine: 'amd-thuban', part: 'Thuban', cycles: 53, mib: 128 },
  { machine: 'amd-zambezi', part: 'Zambezi', cycles: 46, mib: 128 },
  { machine: 'amd-zen1', part: 'Zen1', cycles: 42, mib: 128 },
  { machine: 'amd-zen2', part: 'Matisse', cycles: 40, mib: 256 },
  { machine: 'amd-zen3', part: 'Vermeer', cycles: 36, mib: 512 },
  { machine: 'amd-zen4', part: 'Raphael', cycles: 41, mib: 512 },
  { machine: 'intel-prescott', part: 'Prescott', cycles: 99, mib: 64 },
  { machine: 'intel-merom', part: 'Conroe', cycles: 20, mib: 64 },
  { machine: 'intel-penryn', part: 'Yorkfield', cycles: 13, mib: 128 },
  { machine: 'intel-nehalem', part: 'Lynnfield', cycles: 33, mib: 128 },
  { machine: 'intel-sandybridge', part: 'SandyBridge', cycles: 33, mib: 128 },
  { machine: 'intel-ivybridge', part: 'IvyBridge', cycles: 34, mib: 128 },
  { machine: 'intel-haswell', part: 'Haswell', cycles: 29, mib: 128 },
  { machine: 'intel-haswell-ep', part: 'HaswellEP', cycles: 54, mib: 1024 },
  { machine: 'intel-broadwell', part: 'BroadwellE', cycles: 53, mib: 512 },
  { machine: 'intel-skylake', part: 'Skylake', cycles: 37, mib: 128 },
  { machine: 'intel-skylake-sp', part: 'SkylakeX', cycles: 41, mib: 512 },
  { machine: 'intel-tigerlake', part: 'TigerLake', cycles: 21, mib: 128 },
  { machine: 'intel-rocketlake', part: 'RocketLake', cycles: 38, mib: 256 },
  { machine: 'intel-goldencove', part: 'AlderLakeP', cycles: 26, mib: 512 },
  { machine: 'intel-lioncove', part: 'ArrowLakeP', cycles: 44, mib: 512 },
];
