/** Named VMMs, which may stand where a strategy stands. */
import { kvmEpt } from './kvm-ept.js';
import { kvmNpt } from './kvm-npt.js';
import { kvmShadow } from './kvm-shadow.js';
import { vmm2006 } from './vmm-2006.js';
import type { VmmPreset } from './vmm.js';
import { xenHvmHap } from './xen-hvm-hap.js';
import { xenHvmShadow } from './xen-hvm-shadow.js';
import { xenPv } from './xen-pv.js';

export const VMMS = {
  'kvm-shadow': kvmShadow,
  'kvm-npt': kvmNpt,
  'kvm-ept': kvmEpt,
  'vmm-2006': vmm2006,
  'xen-pv': xenPv,
  'xen-hvm-shadow': xenHvmShadow,
  'xen-hvm-hap': xenHvmHap,
} as const satisfies Record<string, VmmPreset>;
