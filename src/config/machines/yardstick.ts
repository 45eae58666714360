/**
 * A plain machine to measure the simulator on: 64-entry 4-way and 1536-entry 12-way LRU TLBs, as the C programs that it is compared
 * with have, and no model of the data caches: every table reference is served by memory. Latencies are Skylake's.
 */
import type { MachineInput } from '../machine-schema.js';
import { intelSkylake } from './intel-skylake.js';

const l1 = { '4k': { entries: 64, ways: 4 }, '2m': { entries: 64, ways: 4 } };

export const yardstick: MachineInput = {
  name: 'yardstick',
  vendor: 'amd',
  title: 'two-level LRU TLB, no caches',
  year: 2026,
  source: 'definition; latencies as intel-skylake',
  paging: {
    maxPhyAddr: 52,
    fiveLevel: true,
    page1g: true,
    pcid: true,
    pml4eBit8Reserved: false,
  },
  nested: { kind: 'npt', accessedDirty: true, executeOnly: false, modeBasedExecute: false, pdptes: 'walk' },
  taggedTlb: true,
  asids: 65_536,
  flushByAsid: true,
  tlb: {
    l1i: l1,
    l1d: l1,
    l2: { unified: { '4k': { entries: 1536, ways: 12 }, '2m': { entries: 1536, ways: 12 } } },
    l2HitCycles: 7,
  },
  walkCache: null,
  nestedTlb: null,
  caches: intelSkylake.caches,
  pteCacheShare: 0,
  costs: 'epyc-2020',
};
