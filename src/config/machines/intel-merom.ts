/** Intel Core 2 "Conroe" (2006): a small DTLB0 before the 256 entries of DTLB1; VMX without EPT and VPID. */
import type { MachineInput } from '../machine-schema.js';

export const intelMerom: MachineInput = {
  name: 'intel-merom',
  vendor: 'intel',
  title: 'Intel Core 2 (Merom, Conroe)',
  year: 2006,
  source: 'InstLatx64 GenuineIntel00006F6_Conroe_CPUID; latencies: GenuineIntel00006F6_Conroe_NewMemLat',
  doubts: [
    'virtualization: CR3 exits forced as on the first VT-x parts, no APIC-access page: which parts had them is from memory',
    'first level: DTLB0 serves loads only; here stores use it too',
    'second level: DTLB1 serves data only; here instructions use it too',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part; Intel names 2 for DTLB1 (from memory)',
    'walk cache: PDPTE 4 from the revanc README ; PDE 32 as on Nehalem, no PML4E, ways and 1 cycle assumed',
  ],
  paging: { maxPhyAddr: 36, fiveLevel: false, page1g: false, pcid: false, pml4eBit8Reserved: false },
  nested: null,
  virtualization: { cr3ExitsForced: true, apicAccessPage: false, vmcsShadowing: false },
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
    l2: { kib: 4096, ways: 16, cycles: 17 },
    l3: null,
    memoryCycles: 236,
  },
  pteCacheShare: 0.125,
  costs: 'merom-2006',
};
