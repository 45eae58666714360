/** Intel Skylake-SP (2017). CPUID of a Xeon D of the same core. Second level as measured by TLB;DR on Skylake. */
import type { MachineInput } from '../machine-schema.js';

export const intelSkylakeSp: MachineInput = {
  name: 'intel-skylake-sp',
  vendor: 'intel',
  title: 'Intel Xeon Scalable (Skylake-SP)',
  year: 2017,
  source:
    'InstLatx64 GenuineIntel0050654_SkylakeD_CPUID; latencies: GenuineIntel0050654_SkylakeX_NewMemLat; TLB;DR (vusec/tlbdr): replacement and index',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: of the desktop part (Skylake-X)',
    'ITLB: 64 entries for each of two threads; one thread alone has 128 (Intel manual, from memory)',
    'TLB;DR covers the 4 KiB first level and the 4 KiB and 2 MiB second level; LRU assumed for the other arrays',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: PML4E 4 (0 to 4 are named), PDPTE 4 and PDE 32 unverified; ways and 1 cycle assumed',
    'exit prices: of Cascade Lake (2019)',
  ],
  paging: { maxPhyAddr: 46, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: true, pdptes: 'registers' },
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
    l2: { kib: 1024, ways: 16, cycles: 19 },
    l3: { kib: 22528, ways: 11, cycles: 76 },
    memoryCycles: 281,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
