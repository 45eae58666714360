/** Intel Rocket Lake (2021), desktop: the core of Ice Lake in 14 nm. */
import type { MachineInput } from '../machine-schema.js';

export const intelRocketlake: MachineInput = {
  name: 'intel-rocketlake',
  vendor: 'intel',
  title: 'Intel Core 11th gen. (Rocket Lake)',
  year: 2021,
  source: 'InstLatx64 GenuineIntel00A0671_RocketLakeE_01_CPUID; latencies: GenuineIntel00A0671_RocketLake_01_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    '5-level tables: none, as on Ice Lake before and Alder Lake after it; not checked in the dump',
    'ITLB: 8 entries as leaf 18h says, perhaps a quirk: Tiger Lake says 128/8',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the sizes of Nehalem to Skylake, themselves unverified, assumed unchanged',
    'exit prices: of Cascade Lake (2019)',
  ],
  paging: { maxPhyAddr: 39, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
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
    l2: { kib: 512, ways: 8, cycles: 13 },
    l3: { kib: 12288, ways: 16, cycles: 59 },
    memoryCycles: 272,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
