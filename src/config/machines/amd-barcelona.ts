/** AMD K10 "Barcelona" (2007), the first processor with nested paging. */
import type { MachineInput } from '../machine-schema.js';

export const amdBarcelona: MachineInput = {
  name: 'amd-barcelona',
  vendor: 'amd',
  title: 'AMD Opteron 83xx (K10 Barcelona)',
  year: 2007,
  source: 'InstLatx64 AuthenticAMD0100F2A_K10_Barcelona_CPUID; latencies: AuthenticAMD0100F42_K10_Shanghai_MemLatX64',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: borrowed from amd-shanghai, its 45 nm successor',
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
      data: { '4k': { entries: 512, ways: 4 }, '2m': { entries: 128, ways: 2 } },
    },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 },
  caches: {
    l1d: { kib: 64, ways: 2, cycles: 3 },
    l2: { kib: 512, ways: 16, cycles: 14 },
    l3: { kib: 2048, ways: 32, cycles: 46 },
    memoryCycles: 219,
  },
  pteCacheShare: 0.125,
  costs: 'penryn-2008',
};
