/** Intel Arrow Lake (2024), the performance core Lion Cove. No 5-level tables (CPUID leaf 7). */
import type { MachineInput } from '../machine-schema.js';

export const intelLioncove: MachineInput = {
  name: 'intel-lioncove',
  vendor: 'intel',
  title: 'Intel Core Ultra 200 (Lion Cove)',
  year: 2024,
  source:
    'InstLatx64 GenuineIntel00C0662_ArrowLakeHX_01_CPUID; latencies: GenuineIntel0090672_AlderLake_01_BC_NewMemLat',
  doubts: [
    'latencies: borrowed from intel-goldencove, an earlier core',
    'level-1 cache: a second one of 192 KiB, between it and level 2, is left out',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the sizes of Nehalem to Skylake, themselves unverified, assumed unchanged',
    'exit prices: of Cascade Lake (2019)',
  ],
  paging: { maxPhyAddr: 42, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: true, pdptes: 'registers' },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 256, ways: 8 }, '2m': { entries: 32, ways: 8 } },
    l1d: {
      load: { '4k': { entries: 128, ways: 8 }, '2m': { entries: 32, ways: 4 }, '1g': { entries: 8, ways: 0 } },
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
    l2: { kib: 3072, ways: 12, cycles: 17 },
    l3: { kib: 36864, ways: 12, cycles: 69 },
    memoryCycles: 304,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
