/** Xen with a paravirtual guest: no VM exits, and tables of the guest's own that Xen has checked. */
import type { VmmPreset } from './vmm.js';

export const xenPv: VmmPreset = {
  name: 'xen-pv',
  title: 'Xen with a paravirtual guest, whose own tables the hardware walks',
  strategy: 'direct',
  vmm: {},
  source: 'Barham et al., SOSP 2003; Xen 4.17 arch/x86/mm.c and arch/x86/pv',
};
