/** KVM without nested paging (`kvm-intel ept=0`, `kvm-amd npt=0`). */
import type { VmmPreset } from './vmm.js';

export const kvmShadow: VmmPreset = {
  name: 'kvm-shadow',
  title: 'KVM with shadow tables that go out of sync (ept=0, npt=0)',
  strategy: 'shadow',
  vmm: {},
  source: 'Linux arch/x86/kvm/mmu, 5.15 to 6.6: the defaults of section vmm',
};
