/** AMD family 15h "Vishera" (2012), the second generation of Bulldozer. */
import type { MachineInput } from '../machine-schema.js';

export const amdVishera: MachineInput = {
  name: 'amd-vishera',
  vendor: 'amd',
  title: 'AMD FX 83xx (Piledriver, Vishera)',
  year: 2012,
  source: 'InstLatx64 AuthenticAMD0600F20_K15_Vishera_CPUID; latencies: AuthenticAMD0600F12_K15_Zambezi8C_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: borrowed from amd-zambezi, its predecessor',
    'second-level ITLB: its 1024 entries for 2 MiB pages may be those of the data TLB',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: the 24 entries of K8 and K10 assumed unchanged, fully associative, 1 cycle',
    'nested TLB: the 16 entries of K10, themselves unverified, assumed unchanged',
    'exit prices: of Intel Sandy Bridge (2011); none published for AMD family 15h is known',
  ],
  paging: { maxPhyAddr: 48, fiveLevel: false, page1g: true, pcid: false, pml4eBit8Reserved: true },
  nested: { kind: 'npt', accessedDirty: true, executeOnly: false, modeBasedExecute: false, pdptes: 'walk' },
  virtualization: { virtualGif: false, virtualVmload: false },
  taggedTlb: true,
  asids: 65536,
  flushByAsid: true,
  tlb: {
    l1i: { '4k': { entries: 48, ways: 0 }, '2m+1g': { entries: 24, ways: 0 } },
    l1d: { shared: { entries: 64, ways: 0 } },
    l2: {
      instruction: { '4k': { entries: 512, ways: 4 }, '2m': { entries: 1024, ways: 8 } },
      data: { shared: { entries: 1024, ways: 8 } },
    },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
  nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 },
  caches: {
    l1d: { kib: 16, ways: 4, cycles: 4 },
    l2: { kib: 2048, ways: 16, cycles: 38 },
    l3: { kib: 8192, ways: 64, cycles: 87 },
    memoryCycles: 232,
  },
  pteCacheShare: 0.125,
  costs: 'sandy-bridge-2011',
};
