/** Intel Haswell (2013): 4 KiB and 2 MiB pages share the second level; EPT gets accessed and dirty bits. */
import type { MachineInput } from '../machine-schema.js';

export const intelHaswell: MachineInput = {
  name: 'intel-haswell',
  vendor: 'intel',
  title: 'Intel Core 4th gen. (Haswell)',
  year: 2013,
  source: 'InstLatx64 GenuineIntel00306C3_Haswell2_CPUID; latencies: GenuineIntel00306C3_Haswell_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: PML4E 4 (0 to 4 are named), PDPTE 4 and PDE 32 unverified; ways and 1 cycle assumed',
    'exit prices: of Sandy Bridge (2011)',
  ],
  paging: { maxPhyAddr: 39, fiveLevel: false, page1g: true, pcid: true, pml4eBit8Reserved: false },
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
    l3: { kib: 8192, ways: 16, cycles: 46 },
    memoryCycles: 247,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
