/** Intel Ice Lake-SP (2021): the first Intel server with 5-level tables. */
import type { MachineInput } from '../machine-schema.js';

export const intelIcelakeSp: MachineInput = {
  name: 'intel-icelake-sp',
  vendor: 'intel',
  title: 'Intel Xeon 3rd gen. (Ice Lake-SP)',
  year: 2021,
  source: 'InstLatx64 GenuineIntel00606A6_ICX_04_CPUID; latencies: GenuineIntel00806C1_TigerLake_01_NewMemLat',
  doubts: [
    'MAXPHYADDR, 5-level tables, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: borrowed from intel-tigerlake, the part with the same level-2 cache, of the next core, without a mesh',
    'ITLB: 8 entries as leaf 18h says, perhaps a quirk: Tiger Lake says 128/8',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the sizes of Nehalem to Skylake, themselves unverified, assumed unchanged; no PML5E cache',
    'exit prices: of Cascade Lake (2019)',
  ],
  paging: { maxPhyAddr: 52, fiveLevel: true, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: true, pdptes: 'registers' },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k+2m': { entries: 8, ways: 0 } },
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
    l2: { kib: 1280, ways: 20, cycles: 18 },
    l3: { kib: 36864, ways: 12, cycles: 72 },
    memoryCycles: 316,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
