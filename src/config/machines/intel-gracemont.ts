/** Intel Raptor Lake (2022), the efficiency core Gracemont. First level: 4 KiB pages only (leaf 18h). */
import type { MachineInput } from '../machine-schema.js';

export const intelGracemont: MachineInput = {
  name: 'intel-gracemont',
  vendor: 'intel',
  title: 'Intel 13th gen. E-core (Gracemont)',
  year: 2022,
  source:
    'InstLatx64 GenuineIntel00B0671_RaptorLake_01_CPUID (E-cores); latencies: GenuineIntel0090672_AlderLake_01_BC_NewMemLat',
  doubts: [
    'latencies: borrowed from intel-goldencove, the other kind of core of the preceding generation',
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
    l1i: { '4k': { entries: 64, ways: 0 } },
    l1d: { '4k': { entries: 48, ways: 0 } },
    l2: { unified: { '4k+2m': { entries: 2048, ways: 4 }, '1g': { entries: 8, ways: 0 } } },
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
    l1d: { kib: 32, ways: 8, cycles: 5 },
    l2: { kib: 4096, ways: 16, cycles: 17 },
    l3: { kib: 36864, ways: 12, cycles: 69 },
    memoryCycles: 304,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
