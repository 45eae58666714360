/** AMD Zen 4 "Raphael" (2022). The desktop part has neither 5-level tables nor PCIDs (CPUID leaves 7 and 1). */
import type { MachineInput } from '../machine-schema.js';

export const amdZen4: MachineInput = {
  name: 'amd-zen4',
  vendor: 'amd',
  title: 'AMD Ryzen 7000 (Zen 4)',
  year: 2022,
  source:
    'InstLatx64 AuthenticAMD0A60F12_K19_Raphael_01_CPUID; latencies: AuthenticAMD0A60F12_K19_Raphael_04_NewMemLat',
  doubts: [
    'level-3 cache: 16 ways from leaf 8000_001D',
    'second-level TLB: one array may hold 4 KiB and 2 MiB pages; the leaf gives each a geometry: two arrays here',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the 24 entries of K8 and K10 assumed unchanged, fully associative, 1 cycle',
    'nested TLB: the 16 entries of K10, themselves unverified, assumed unchanged',
    'exit prices: of EPYC in 2020, an earlier generation',
  ],
  paging: { maxPhyAddr: 48, fiveLevel: false, page1g: true, pcid: false, pml4eBit8Reserved: true },
  nested: { kind: 'npt', accessedDirty: true, executeOnly: false, modeBasedExecute: false, pdptes: 'walk' },
  taggedTlb: true,
  asids: 32768,
  flushByAsid: true,
  tlb: {
    l1i: { shared: { entries: 64, ways: 0 } },
    l1d: { shared: { entries: 72, ways: 0 } },
    l2: {
      instruction: { '4k': { entries: 512, ways: 4 }, '2m': { entries: 512, ways: 2 } },
      data: { '4k': { entries: 3072, ways: 8 }, '2m': { entries: 3072, ways: 6 }, '1g': { entries: 64, ways: 0 } },
    },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 },
  caches: {
    l1d: { kib: 32, ways: 8, cycles: 4 },
    l2: { kib: 1024, ways: 8, cycles: 14 },
    l3: { kib: 32768, ways: 16, cycles: 53 },
    memoryCycles: 376,
  },
  pteCacheShare: 0.125,
  costs: 'epyc-2020',
};
