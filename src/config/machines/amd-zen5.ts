/**
 * AMD Zen 5 "Turin" (2024). Its leaf gives second-level sizes in units of 32 (Fn8000_0021 EAX[14]). 96 and 4096 data entries
 * and 7 cycles for a second-level hit were also measured, in a virtual machine on a Zen 5 part.
 */
import type { MachineInput } from '../machine-schema.js';

export const amdZen5: MachineInput = {
  name: 'amd-zen5',
  vendor: 'amd',
  title: 'AMD EPYC 9005 (Zen 5, Turin)',
  year: 2024,
  source: 'InstLatx64 AuthenticAMD0B00F21_K20_Turin_01_CPUID; latencies: AuthenticAMD0A60F12_K19_Raphael_04_NewMemLat',
  doubts: [
    'latencies: borrowed from amd-zen4, a desktop part with other caches and memory',
    'level-3 cache: 16 ways from leaf 8000_001D; 256 MiB are the sum of eight core complexes, a core reaches 32 MiB',
    'second-level TLB: one array may hold 4 KiB and 2 MiB pages; the leaf gives each a geometry: two arrays here',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed; a measurement near 4096 pages did not look like LRU',
    'walk cache: the 24 entries of K8 and K10 assumed unchanged, fully associative, 1 cycle',
    'nested TLB: the 16 entries of K10, themselves unverified, assumed unchanged',
    'exit prices: of EPYC in 2020, an earlier generation',
  ],
  paging: { maxPhyAddr: 52, fiveLevel: true, page1g: true, pcid: true, pml4eBit8Reserved: true },
  nested: { kind: 'npt', accessedDirty: true, executeOnly: false, modeBasedExecute: false, pdptes: 'walk' },
  taggedTlb: true,
  asids: 32768,
  flushByAsid: true,
  tlb: {
    l1i: { shared: { entries: 64, ways: 0 } },
    l1d: { shared: { entries: 96, ways: 0 } },
    l2: {
      instruction: { '4k': { entries: 2048, ways: 4 }, '2m': { entries: 2048, ways: 2 } },
      data: { '4k': { entries: 4096, ways: 8 }, '2m': { entries: 4096, ways: 4 }, '1g': { entries: 1024, ways: 4 } },
    },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 },
  caches: {
    l1d: { kib: 48, ways: 12, cycles: 4 },
    l2: { kib: 1024, ways: 16, cycles: 14 },
    l3: { kib: 262144, ways: 16, cycles: 53 },
    memoryCycles: 376,
  },
  pteCacheShare: 0.125,
  costs: 'epyc-2020',
};
