/**
 * Intel Skylake (2015). TLBs, caches and latencies: InstLatx64 GenuineIntel00506E3_SkyLake (CPUID _01, NewMemLat). The second level
 * holds 4 KiB and 2 MiB translations in the same 1536 entries. Replacement is LRU here; the part uses (MRU+1)%3-PLRU4 and a hashed
 * index. Second-level hit: 7 cycles, as measured on a Zen part.
 */
import type { Machine } from '../schema.js';

export const intelSkylake: Machine = {
  name: 'intel-skylake',
  vendor: 'intel',
  title: 'Intel Core 6th generation (Skylake)',
  year: 2015,
  source: 'InstLatx64 GenuineIntel00506E3_SkyLake_01_CPUID; GenuineIntel00506E3_Skylake_NewMemLat',
  taggedTlb: true,
  tlb: {
    l1i: { '4k': { entries: 64, ways: 8 }, '2m': { entries: 8, ways: 0 } },
    l1d: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 32, ways: 4 } },
    l2: { unified: { shared: { entries: 1536, ways: 12 } } },
    l2HitCycles: 7,
  },
  caches: {
    l1d: { kib: 32, ways: 8, cycles: 4 },
    l2: { kib: 256, ways: 4, cycles: 12 },
    l3: { kib: 8192, ways: 16, cycles: 47 },
    memoryCycles: 173,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
