/** Intel Ivy Bridge (2012), Xeon E3: no pages of 1 GiB (CPUID leaf 8000_0001). */
import type { MachineInput } from '../machine-schema.js';

export const intelIvybridge: MachineInput = {
  name: 'intel-ivybridge',
  vendor: 'intel',
  title: 'Intel Xeon E3 v2 (Ivy Bridge)',
  year: 2012,
  source: 'InstLatx64 GenuineIntel00306A9_IvyBridgeWS_CPUID; latencies: GenuineIntel00306A9_IvyBridge_NewMemLat',
  doubts: [
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: PDPTE 4 from the revanc README; PML4E 4 and PDE 32 unverified; ways and 1 cycle assumed',
    'exit prices: of Sandy Bridge (2011)',
  ],
  paging: { maxPhyAddr: 36, fiveLevel: false, page1g: false, pcid: true, pml4eBit8Reserved: false },
  nested: { kind: 'ept', accessedDirty: false, executeOnly: true, modeBasedExecute: false, pdptes: 'registers' },
  virtualization: { vmcsShadowing: false },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 64, ways: 4 }, '2m': { entries: 8, ways: 0 } },
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
    l2: { kib: 256, ways: 8, cycles: 12 },
    l3: { kib: 8192, ways: 16, cycles: 36 },
    memoryCycles: 240,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
