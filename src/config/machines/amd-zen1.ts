/** AMD Zen "Summit Ridge" (2017). */
import type { MachineInput } from '../machine-schema.js';

export const amdZen1: MachineInput = {
  name: 'amd-zen1',
  vendor: 'amd',
  title: 'AMD Ryzen 1000 (Zen)',
  year: 2017,
  source: 'InstLatx64 AuthenticAMD0800F11_K17_Zen2_CPUID; latencies: AuthenticAMD0800F11_K17_Zen_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'level-3 cache: 16 MiB are the sum of two core complexes; a core reaches 8 MiB (from memory)',
    'second-level TLB: one array may hold 4 KiB and 2 MiB pages; the leaf gives each a geometry: two arrays here',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the 24 entries of K8 and K10 assumed unchanged, fully associative, 1 cycle',
    'nested TLB: the 16 entries of K10, themselves unverified, assumed unchanged',
    'exit prices: of EPYC in 2020, a later generation',
  ],
  paging: { maxPhyAddr: 48, fiveLevel: false, page1g: true, pcid: false, pml4eBit8Reserved: true },
  nested: { kind: 'npt', accessedDirty: true, executeOnly: false, modeBasedExecute: false, pdptes: 'walk' },
  taggedTlb: true,
  asids: 32768,
  flushByAsid: true,
  tlb: {
    l1i: { shared: { entries: 64, ways: 0 } },
    l1d: { shared: { entries: 64, ways: 0 } },
    l2: {
      instruction: { '4k+2m': { entries: 1024, ways: 8 } },
      data: { '4k': { entries: 1536, ways: 8 }, '2m': { entries: 1536, ways: 2 } },
    },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 },
  caches: {
    l1d: { kib: 32, ways: 8, cycles: 4 },
    l2: { kib: 512, ways: 8, cycles: 17 },
    l3: { kib: 16384, ways: 16, cycles: 45 },
    memoryCycles: 343,
  },
  pteCacheShare: 0.125,
  costs: 'epyc-2020',
};
