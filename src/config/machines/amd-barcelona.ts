/**
 * AMD K10 "Barcelona" (2007): the first processor with the nested page tables of the Pacifica specification.
 * TLBs and caches: CPUID leaves, InstLatx64 dump AuthenticAMD0100F2A_K10_Barcelona. Latencies: no dump of this part; those of its
 * 45 nm successor, AuthenticAMD0100F42_K10_Shanghai_MemLatX64. The second-level hit of 7 cycles was measured on a Zen part.
 */
import type { Machine } from '../schema.js';

export const amdBarcelona: Machine = {
  name: 'amd-barcelona',
  vendor: 'amd',
  title: 'AMD Opteron 83xx (K10 Barcelona)',
  year: 2007,
  source: 'InstLatx64 AuthenticAMD0100F2A_K10_Barcelona_CPUID; latencies of AuthenticAMD0100F42_K10_Shanghai_MemLatX64',
  taggedTlb: true,
  tlb: {
    l1i: { '4k': { entries: 32, ways: 0 }, '2m': { entries: 16, ways: 0 } },
    l1d: { shared: { entries: 48, ways: 0 } },
    l2: {
      instruction: { '4k': { entries: 512, ways: 4 }, '2m': null },
      data: { '4k': { entries: 512, ways: 4 }, '2m': { entries: 128, ways: 2 } },
    },
    l2HitCycles: 7,
  },
  caches: {
    l1d: { kib: 64, ways: 2, cycles: 3 },
    l2: { kib: 512, ways: 16, cycles: 14 },
    l3: { kib: 2048, ways: 32, cycles: 46 },
    memoryCycles: 219,
  },
  pteCacheShare: 0.125,
  costs: 'penryn-2008',
};
