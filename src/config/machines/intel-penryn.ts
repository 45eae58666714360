/** Intel Xeon "Harpertown" (2007), Penryn core; the TLBs are those of Merom. */
import type { MachineInput } from '../machine-schema.js';

export const intelPenryn: MachineInput = {
  name: 'intel-penryn',
  vendor: 'intel',
  title: 'Intel Xeon 5400 (Penryn, Harpertown)',
  year: 2007,
  source: 'InstLatx64 GenuineIntel0010676_Harpertown_CPUID; latencies: GenuineIntel0010676_Yorkfield_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: of the desktop part (Yorkfield)',
    'first level: DTLB0 serves loads only; here stores use it too',
    'second level: DTLB1 serves data only; here instructions use it too',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part; Intel names 2 for DTLB1 (from memory)',
    'walk cache: PDPTE 4 from the revanc README ; PDE 32 as on Nehalem, no PML4E, ways and 1 cycle assumed',
  ],
  paging: { maxPhyAddr: 38, fiveLevel: false, page1g: false, pcid: false, pml4eBit8Reserved: false },
  nested: null,
  virtualization: { vmcsShadowing: false },
  taggedTlb: false,
  tlb: {
    l1i: { '4k': { entries: 128, ways: 4 }, '2m': { entries: 8, ways: 4 } },
    l1d: { '4k': { entries: 16, ways: 4 }, '2m': { entries: 16, ways: 4 } },
    l2: { unified: { '4k': { entries: 256, ways: 4 }, '2m': { entries: 32, ways: 4 } } },
    l2HitCycles: 7,
  },
  walkCache: {
    organisation: 'stc',
    pdpte: { entries: 4, ways: 0 },
    pde: { entries: 32, ways: 4 },
    dimensions: '1d',
    cycles: 1,
  },
  nestedTlb: null,
  caches: {
    l1d: { kib: 32, ways: 8, cycles: 3 },
    l2: { kib: 6144, ways: 24, cycles: 17 },
    l3: null,
    memoryCycles: 271,
  },
  pteCacheShare: 0.125,
  costs: 'penryn-2008',
};
