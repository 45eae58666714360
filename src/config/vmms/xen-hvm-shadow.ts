/**
 * Xen with an unmodified guest and shadow tables (`hap=0`): three tables out of sync at most, with snapshots; 32 entries from the one that
 * faulted on; roots kept until memory is short, other tables until nothing points to them; two zeros in a row give a table up.
 */
import type { VmmPreset } from './vmm.js';

export const xenHvmShadow = {
  name: 'xen-hvm-shadow',
  title: 'Xen with an unmodified guest and shadow tables (hap=0)',
  strategy: 'shadow',
  vmm: {
    outOfSync: 3,
    snapshots: true,
    invlpgRefills: false,
    prefetch: 32,
    prefetchAhead: true,
    giveUpAtZeros: true,
    keepsUnlinked: false,
    syncScope: 'all',
    cachedRoots: 64,
  },
  source: 'Xen 4.17 arch/x86/mm/shadow',
} as const satisfies VmmPreset;
