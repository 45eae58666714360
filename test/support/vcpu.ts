/** Virtual processors as a VMM of each kind sets them up. */
import { vmmSchema } from '../../src/config/schema.js';
import type { Setup, VirtualizationFeatures, WantedExits } from '../../src/vmm/setup.js';
import { svmControls } from '../../src/vmm/svm-controls.js';
import { SvmVcpu } from '../../src/vmm/svm-vcpu.js';
import { vmxControls } from '../../src/vmm/vmx-controls.js';
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
    tagged: true,
    wanted: { ...vmmSchema.parse({}).controls, ...wanted },
    features: { ...FEATURES, ...features },
  };
}

export function vmx(...setup: Parameters<typeof setupOf>): VmxVcpu {
  return new VmxVcpu(vmxControls(setupOf(...setup)));
}

export function svm(...setup: Parameters<typeof setupOf>): SvmVcpu {
  const made = setupOf(...setup);
  return new SvmVcpu(svmControls(made), true, made.features.vmcbClean);
}
