/** AMD K8 revision F "Windsor" (2006): the first AMD processor with SVM, still without nested paging. */
import type { MachineInput } from '../machine-schema.js';

export const amdK8RevF: MachineInput = {
  name: 'amd-k8-revF',
  vendor: 'amd',
  title: 'AMD Athlon 64 X2 (K8 revision F)',
  year: 2006,
  source: 'InstLatx64 AuthenticAMD0040F33_K8_Windsor_CPUID; latencies: AuthenticAMD0020FB1_K8_Manchester_NewMemLat',
  doubts: [
    'MAXPHYADDR, 1 GiB pages and PCIDs: from memory, not checked in the dump',
    'latencies: of revision E (Manchester), which has DDR memory',
    'TLB replacement and inclusion: not documented; LRU and non-inclusive assumed',
    'second-level TLB hit: 7 cycles, measured on a Zen 5 part',
    'walk cache: 24 entries from the revanc README and Barr et al., ISCA 2010; fully associative and 1 cycle assumed',
    'exit prices: of Intel Merom of the same year; none published for AMD K8 is known',
  ],
  paging: { maxPhyAddr: 40, fiveLevel: false, page1g: false, pcid: false, pml4eBit8Reserved: true },
  nested: null,
  virtualization: { vmcbClean: false, virtualGif: false, virtualVmload: false },
  taggedTlb: true,
  asids: 64,
  flushByAsid: false,
  tlb: {
    l1i: { '4k': { entries: 32, ways: 0 }, '2m': { entries: 8, ways: 0 } },
    l1d: { '4k': { entries: 32, ways: 0 }, '2m': { entries: 8, ways: 0 } },
    l2: { instruction: { '4k': { entries: 512, ways: 4 } }, data: { '4k': { entries: 512, ways: 4 } } },
    split4m: true,
    l2HitCycles: 7,
  },
  walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '1d', cycles: 1 },
  nestedTlb: null,
  caches: {
    l1d: { kib: 64, ways: 2, cycles: 3 },
    l2: { kib: 1024, ways: 16, cycles: 17 },
    l3: null,
    memoryCycles: 173,
  },
  pteCacheShare: 0.125,
  costs: 'merom-2006',
};
