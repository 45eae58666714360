/** KVM on AMD-V with nested page tables. */
import type { VmmPreset } from './vmm.js';

export const kvmNpt: VmmPreset = {
  name: 'kvm-npt',
  title: 'KVM on AMD-V with nested page tables',
  strategy: 'nested',
  vmm: {},
  nested: 'npt',
  source: 'Linux arch/x86/kvm/svm, 5.15 to 6.6',
};
