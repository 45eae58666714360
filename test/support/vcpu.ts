/** Virtual processors as a VMM of each kind sets them up. */
import { vmmSchema } from '../../src/config/schema.js';
import type { Setup, VirtualizationFeatures, WantedExits } from '../../src/vmm/setup.js';
import { SvmVcpu } from '../../src/vmm/svm-vcpu.js';
import { VmxVcpu } from '../../src/vmm/vmx-vcpu.js';

const FEATURES = { cr3ExitsForced: false, tprShadow: true, apicAccessPage: true, vmcbClean: true };

export function setupOf(
  tables: 'shadow' | 'nested',
  wanted: Partial<WantedExits> = {},
  features: Partial<VirtualizationFeatures> = {},
): Setup {
  return {
    shadow: tables === 'shadow',
    nested: tables === 'nested',
    timer: false,
    faultFilter: false,
    tagged: true,
    wanted: { ...vmmSchema.parse({}).controls, ...wanted },
    features: { ...FEATURES, ...features },
  };
}

export function vmx(...setup: Parameters<typeof setupOf>): VmxVcpu {
  return new VmxVcpu(setupOf(...setup));
}

export function svm(...setup: Parameters<typeof setupOf>): SvmVcpu {
  return new SvmVcpu(setupOf(...setup), true);
}
