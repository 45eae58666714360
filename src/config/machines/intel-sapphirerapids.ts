/** Intel Sapphire Rapids (2023): Golden Cove in a server. The dump is of a workstation part (Xeon w7-2475X). */
import type { MachineInput } from '../machine-schema.js';

export const intelSapphirerapids: MachineInput = {
  name: 'intel-sapphirerapids',
  vendor: 'intel',
  title: 'Intel Xeon 4 (Sapphire Rapids)',
  year: 2023,
  source:
    'InstLatx64 GenuineIntel00806F8_SapphireRapids_05_CPUID; latencies: GenuineIntel0090672_AlderLake_01_BC_NewMemLat',
  doubts: [
    'latencies: borrowed from intel-goldencove, the same core in a desktop part with smaller caches and without a mesh',
    'load DTLB: 64/4 as leaf 18h says; Intel describes 96 entries for this core',
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
    l2: { kib: 2048, ways: 16, cycles: 17 },
    l3: { kib: 38400, ways: 15, cycles: 69 },
    memoryCycles: 304,
  },
  pteCacheShare: 0.125,
  costs: 'cascade-lake-2019',
};
