/** Intel Haswell-EP (2014). CPUID of the desktop part of the same die (Haswell-E). */
import type { MachineInput } from '../machine-schema.js';

export const intelHaswellEp: MachineInput = {
  name: 'intel-haswell-ep',
  vendor: 'intel',
  title: 'Intel Xeon E5 v3 (Haswell-EP)',
  year: 2014,
  source: 'InstLatx64 GenuineIntel00306F2_HaswellE2_CPUID; latencies: GenuineIntel00306F2_HaswellEP2_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
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
    l2: { unified: { '4k+2m': { entries: 1024, ways: 8 } } },
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
    l3: { kib: 15360, ways: 20, cycles: 54 },
    memoryCycles: 223,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
