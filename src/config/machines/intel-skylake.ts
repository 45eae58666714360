/** Intel Skylake (2015). Second level: descriptor C3 says 6 ways; TLB;DR measured 12, (MRU+1)%3-PLRU4 and a XOR-7 index. */
import type { MachineInput } from '../machine-schema.js';

export const intelSkylake: MachineInput = {
  name: 'intel-skylake',
  vendor: 'intel',
  title: 'Intel Core 6th gen. (Skylake)',
  year: 2015,
  source:
    'InstLatx64 GenuineIntel00506E3_SkyLake_01_CPUID; latencies: GenuineIntel00506E3_Skylake_NewMemLat; TLB;DR (vusec/tlbdr): replacement and index',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'ITLB: 64 entries for each of two threads; one thread alone has 128 (Intel manual, from memory)',
    'TLB;DR covers the 4 KiB first level and the 4 KiB and 2 MiB second level; LRU assumed for the other arrays',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: PML4E 4 (0 to 4 are named), PDPTE 4 and PDE 32 unverified; ways and 1 cycle assumed',
    'exit prices: of Sandy Bridge (2011)',
  ],
  paging: { maxPhyAddr: 39, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: false, pdptes: 'registers' },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 64, ways: 8 }, '2m': { entries: 8, ways: 0 } },
    l1d: {
      '4k': { entries: 64, ways: 4, replacement: 'tree-plru' },
      '2m': { entries: 32, ways: 4 },
      '1g': { entries: 4, ways: 4 },
    },
    l2: {
      unified: {
        '4k+2m': { entries: 1536, ways: 12, replacement: 'mru3-plru4', index: 'xor' },
        '1g': { entries: 16, ways: 4 },
      },
    },
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
    l1d: { kib: 32, ways: 8, cycles: 4 },
    l2: { kib: 256, ways: 4, cycles: 12 },
    l3: { kib: 8192, ways: 16, cycles: 47 },
    memoryCycles: 173,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
