/** Xen with an unmodified guest and nested tables (`hap=1`, hardware-assisted paging). */
import type { VmmPreset } from './vmm.js';

export const xenHvmHap: VmmPreset = {
  name: 'xen-hvm-hap',
  title: 'Xen with an unmodified guest and nested tables (hap=1)',
  strategy: 'nested',
  vmm: {},
  source: 'Xen 4.17 arch/x86/mm/hap',
};
