/** Intel Pentium 4 "Prescott-2M" (2005): one level of TLBs, no tags, no EPT. */
import type { MachineInput } from '../machine-schema.js';

export const intelPrescott: MachineInput = {
  name: 'intel-prescott',
  vendor: 'intel',
  title: 'Intel Pentium 4 (Prescott-2M)',
  year: 2005,
  source: 'InstLatx64 GenuineIntel0000F43_P4EE_Prescott_CPUID; latencies: GenuineIntel0000F43_P4_Prescott_NewMemLat',
  doubts: [
    'virtualization: CR3 exits forced as on the first VT-x parts, no APIC-access page: which parts had them is from memory',
    'the dumped part has no VMX (CPUID leaf 1); models 662 and 672 of the same core do (from memory)',
    'ITLB: ways not stated, fully associative assumed; it serves a trace cache, here every fetch looks it up',
    'TLB replacement: not documented; LRU assumed',
    'walk cache: none is documented; that of Merom, itself assumed, is taken',
  ],
  paging: { maxPhyAddr: 36, fiveLevel: false, page1g: false, pcid: false, pml4eBit8Reserved: false },
  nested: null,
  virtualization: { cr3ExitsForced: true, apicAccessPage: false, vmcsShadowing: false },
  taggedTlb: false,
  tlb: {
    l1i: { '4k+2m': { entries: 64, ways: 0 } },
    l1d: { '4k+2m': { entries: 64, ways: 0 } },
    l2: null,
    l2HitCycles: 0,
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
    l1d: { kib: 16, ways: 8, cycles: 4 },
    l2: { kib: 2048, ways: 8, cycles: 29 },
    l3: null,
    memoryCycles: 349,
  },
  pteCacheShare: 0.125,
  costs: 'prescott-2005',
};
