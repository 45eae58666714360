/** Named VMMs, which may stand where a strategy stands. */
import { kvmEpt } from './kvm-ept.js';
import { kvmNpt } from './kvm-npt.js';
import { kvmShadow } from './kvm-shadow.js';
import { vmm2006 } from './vmm-2006.js';
import type { VmmPreset } from './vmm.js';

export const VMMS = {
  'kvm-shadow': kvmShadow,
  'kvm-npt': kvmNpt,
  'kvm-ept': kvmEpt,
  'vmm-2006': vmm2006,
} as const satisfies Record<string, VmmPreset>;
