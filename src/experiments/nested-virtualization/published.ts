/** What the PVM paper printed (SOSP 2023; Cascade Lake at 2.5 GHz, Linux 4.19, KVM with EPT), page-table isolation on. */
import type { FaultMode } from '../../verify/nested/world-switches.js';

/** World switches of a page fault in L2 that touches an n-level table, and exits of L0 among them. */
export const FORMULAS: Readonly<Record<FaultMode, { switches: (n: number) => number; l0: (n: number) => number }>> = {
  shadow: { switches: (n) => 4 * n + 8, l0: (n) => 2 * n + 4 },
  nested: { switches: (n) => 2 * n + 6, l0: (n) => n + 3 },
  pvm: { switches: (n) => 2 * n + 4, l0: () => 0 },
};

/** Table 1: microseconds of a round trip, of a guest of one level and of a guest of a guest. */
export const ROUND_TRIPS = {
  hypercall: { cause: 'vmcall', single: 0.46, nested: 7.43 },
  exception: { cause: 'exception', single: 1.66, nested: 9.2 },
  'MSR access': { cause: 'rdmsr', single: 0.87, nested: 8.18 },
  CPUID: { cause: 'cpuid', single: 0.54, nested: 7.1 },
  'port I/O': { cause: 'io', single: 3.79, nested: 29.34 },
} as const;

/** Table 1: microseconds of a hypercall of a guest of PVM in a virtual machine. */
export const PVM_HYPERCALL_US = 0.48;

/** Table 4: microseconds of a page fault of a file page under one level of nested paging, which it does not leave. */
export const PAGE_FAULT_US = 0.15;

/** Figure 4, read off the plot: seconds in which one process touches 4 GB in areas of 1 MB under SPT-on-EPT. */
export const TOUCH_4GB_S = 100;

/** Table 4: microseconds of the same page fault in a guest of PVM in a virtual machine. */
export const PVM_PAGE_FAULT_US = 1.01;

/** Exits of L0 for one world switch of L2 without VMCS shadowing. */
export const UNSHADOWED_EXITS = [40, 50] as const;
