/** AMD K10 "Thuban" (2010), six cores; the TLBs are those of Shanghai. */
import type { MachineInput } from '../machine-schema.js';

export const amdThuban: MachineInput = {
  name: 'amd-thuban',
  vendor: 'amd',
  title: 'AMD Phenom II X6 (K10 Thuban)',
  year: 2010,
  source: 'InstLatx64 AuthenticAMD0100FA0_K10_Thuban_CPUID; latencies: AuthenticAMD0100FA0_K10_Thuban_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: 24 entries from the revanc README and Barr et al., ISCA 2010; fully associative and 1 cycle assumed',
    'nested TLB: 16 entries (Bhargava et al., ASPLOS 2008) unverified; ways, what it holds and 1 cycle assumed',
    'exit prices: of Intel Penryn (2008); none published for AMD K10 is known',
  ],
  paging: { maxPhyAddr: 48, fiveLevel: false, page1g: true, pcid: false, pml4eBit8Reserved: true },
  nested: { kind: 'npt', accessedDirty: true, executeOnly: false, modeBasedExecute: false, pdptes: 'walk' },
  virtualization: { vmcbClean: false, virtualGif: false, virtualVmload: false },
  taggedTlb: true,
  asids: 64,
  flushByAsid: false,
  tlb: {
    l1i: { '4k': { entries: 32, ways: 0 }, '2m': { entries: 16, ways: 0 } },
    l1d: { shared: { entries: 48, ways: 0 } },
    l2: {
      instruction: { '4k': { entries: 512, ways: 4 } },
      data: { '4k': { entries: 512, ways: 4 }, '2m': { entries: 128, ways: 2 }, '1g': { entries: 16, ways: 8 } },
    },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 },
  caches: {
    l1d: { kib: 64, ways: 2, cycles: 3 },
    l2: { kib: 512, ways: 16, cycles: 16 },
    l3: { kib: 6144, ways: 48, cycles: 52 },
    memoryCycles: 192,
  },
  pteCacheShare: 0.125,
  costs: 'penryn-2008',
};
