/** The machines, by name. */
import type { Machine } from '../schema.js';
import { amdBarcelona } from './amd-barcelona.js';
import { amdZen4 } from './amd-zen4.js';
import { intelNehalem } from './intel-nehalem.js';
import { intelSkylake } from './intel-skylake.js';
import { yardstick } from './yardstick.js';

export const MACHINES = {
  'amd-barcelona': amdBarcelona,
  'amd-zen4': amdZen4,
  'intel-nehalem': intelNehalem,
  'intel-skylake': intelSkylake,
  yardstick,
} as const satisfies Record<string, Machine>;

export type MachineName = keyof typeof MACHINES;

export const DEFAULT_MACHINE: MachineName = 'amd-zen4';
