/**
 * AMD Zen 4 "Raphael" (2022). TLBs, caches and latencies: InstLatx64 AuthenticAMD0A60F12_K19_Raphael (CPUID _01, NewMemLat _04);
 * memory: random within a page. The level-3 associativity is not in the dump: 16 ways. Second-level hit: measured, 7 cycles.
 */
import type { Machine } from '../schema.js';

export const amdZen4: Machine = {
  name: 'amd-zen4',
  vendor: 'amd',
  title: 'AMD Ryzen 7000 (Zen 4)',
  year: 2022,
  source: 'InstLatx64 AuthenticAMD0A60F12_K19_Raphael_01_CPUID, _04_NewMemLat',
  taggedTlb: true,
  tlb: {
    l1i: { shared: { entries: 64, ways: 0 } },
    l1d: { shared: { entries: 72, ways: 0 } },
    l2: {
      instruction: { '4k': { entries: 512, ways: 4 }, '2m': { entries: 512, ways: 2 } },
      data: { '4k': { entries: 3072, ways: 8 }, '2m': { entries: 3072, ways: 6 } },
    },
    l2HitCycles: 7,
  },
  caches: {
    l1d: { kib: 32, ways: 8, cycles: 4 },
    l2: { kib: 1024, ways: 8, cycles: 14 },
    l3: { kib: 32768, ways: 16, cycles: 53 },
    memoryCycles: 376,
  },
  pteCacheShare: 0.125,
  costs: 'epyc-2020',
};
