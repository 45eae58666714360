/** KVM on VT-x with extended page tables. */
import type { VmmPreset } from './vmm.js';

export const kvmEpt: VmmPreset = {
  name: 'kvm-ept',
  title: 'KVM on VT-x with extended page tables',
  strategy: 'nested',
  vmm: {},
  nested: 'ept',
  source: 'Linux arch/x86/kvm/vmx, 5.15 to 6.6',
};
