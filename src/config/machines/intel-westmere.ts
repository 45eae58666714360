/** Intel Westmere "Gulftown" (2010): the TLBs of Nehalem; PCIDs and pages of 1 GiB are new. */
import type { MachineInput } from '../machine-schema.js';

export const intelWestmere: MachineInput = {
  name: 'intel-westmere',
  vendor: 'intel',
  title: 'Intel Core i7 900 (Westmere)',
  year: 2010,
  source: 'InstLatx64 GenuineIntel00206C1_Gulftown_CPUID; latencies: GenuineIntel00106E5_Lynnfield_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: borrowed from intel-nehalem, its 45 nm predecessor with a smaller level-3 cache',
    '1 GiB pages: no array for them in the dump; not held',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: PDPTE 4 from the revanc README; PML4E 4 and PDE 32 unverified; ways and 1 cycle assumed',
  ],
  paging: { maxPhyAddr: 36, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: false, executeOnly: true, modeBasedExecute: false, pdptes: 'registers' },
  virtualization: { vmcsShadowing: false },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 7, ways: 0 } },
    l1d: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 32, ways: 4 } },
    l2: { unified: { '4k': { entries: 512, ways: 4 } } },
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
    l2: { kib: 256, ways: 8, cycles: 10 },
    l3: { kib: 12288, ways: 16, cycles: 45 },
    memoryCycles: 185,
  },
  pteCacheShare: 0.125,
  costs: 'westmere-2010',
};
