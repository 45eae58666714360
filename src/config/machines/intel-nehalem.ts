/**
 * Intel Nehalem (2008): the first Intel processor with EPT and VPID. TLBs and caches: InstLatx64 GenuineIntel00106E5_Clarksfield;
 * latencies: GenuineIntel00106E5_Lynnfield_NewMemLat. The second level holds 4 KiB pages only. Second-level hit: 7 cycles, as
 * measured on a Zen part; Intel does not state it for this one.
 */
import type { Machine } from '../schema.js';

export const intelNehalem: Machine = {
  name: 'intel-nehalem',
  vendor: 'intel',
  title: 'Intel Core i7 first generation (Nehalem)',
  year: 2008,
  source: 'InstLatx64 GenuineIntel00106E5_Clarksfield_CPUID; GenuineIntel00106E5_Lynnfield_NewMemLat',
  taggedTlb: true,
  tlb: {
    l1i: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 7, ways: 0 } },
    l1d: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 32, ways: 4 } },
    l2: { unified: { '4k': { entries: 512, ways: 4 }, '2m': null } },
    l2HitCycles: 7,
  },
  caches: {
    l1d: { kib: 32, ways: 8, cycles: 4 },
    l2: { kib: 256, ways: 8, cycles: 10 },
    l3: { kib: 8192, ways: 16, cycles: 45 },
    memoryCycles: 185,
  },
  pteCacheShare: 0.125,
  costs: 'nehalem-2009',
};
