/** Intel Alder Lake (2021), the performance core Golden Cove. No 5-level tables (CPUID leaf 7). */
import type { MachineInput } from '../machine-schema.js';

export const intelGoldencove: MachineInput = {
  name: 'intel-goldencove',
  vendor: 'intel',
  title: 'Intel Core 12th gen. (Golden Cove)',
  year: 2021,
  source:
    'InstLatx64 GenuineIntel0090672_AlderLake_01_BC_AVX512_CPUID; latencies: GenuineIntel0090672_AlderLake_01_BC_NewMemLat',
  doubts: [
    'load DTLB: 64/4 as leaf 18h says; Intel describes 96 entries',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the sizes of Nehalem to Skylake, themselves unverified, assumed unchanged',
    'exit prices: of Cascade Lake (2019)',
  ],
  paging: { maxPhyAddr: 46, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: true, pdptes: 'registers' },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 256, ways: 8 }, '2m': { entries: 32, ways: 8 } },
    l1d: {
      load: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 32, ways: 4 }, '1g': { entries: 8, ways: 0 } },
      store: { shared: { entries: 16, ways: 0 } },
    },
    l2: { unified: { '4k+2m': { entries: 1024, ways: 8 }, '4k+1g': { entries: 1024, ways: 8 } } },
    l2HitCycles: 7,
  },
  walkCache: {
    organisation: 'stc',
    pml4e: { entries: 4, ways: 0 },
    pdpte: { entries: 4, ways: 0 },
    pde: { entries: 32, ways: 4 },
    dimensions: '2d',
    cycles: 1,
  },
  nestedTlb: null,
  caches: {
    l1d: { kib: 48, ways: 12, cycles: 5 },
    l2: { kib: 1280, ways: 10, cycles: 17 },
    l3: { kib: 30720, ways: 12, cycles: 69 },
    memoryCycles: 304,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
