/** Intel Broadwell-E (2016). */
import type { MachineInput } from '../machine-schema.js';

export const intelBroadwell: MachineInput = {
  name: 'intel-broadwell',
  vendor: 'intel',
  title: 'Intel Core i7 6900 (Broadwell-E)',
  year: 2016,
  source: 'InstLatx64 GenuineIntel00406F1_BroadwellE_01_CPUID; latencies: GenuineIntel00406F1_BroadwellE_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'second-level TLB: 6 ways as descriptor C3 says; on Skylake it stands for 12',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: PML4E 4 (0 to 4 are named), PDPTE 4 and PDE 32 unverified; ways and 1 cycle assumed',
    'exit prices: of Sandy Bridge (2011)',
  ],
  paging: { maxPhyAddr: 46, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: true, executeOnly: true, modeBasedExecute: false, pdptes: 'registers' },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 64, ways: 8 }, '2m': { entries: 8, ways: 0 } },
    l1d: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 32, ways: 4 }, '1g': { entries: 4, ways: 4 } },
    l2: { unified: { '4k+2m': { entries: 1536, ways: 6 }, '1g': { entries: 16, ways: 4 } } },
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
    l2: { kib: 256, ways: 8, cycles: 12 },
    l3: { kib: 20480, ways: 20, cycles: 58 },
    memoryCycles: 252,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
