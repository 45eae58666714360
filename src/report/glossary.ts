/** What each name in results means: counters, columns of cycles, dimensions of walks, causes of exits. */
import { COUNTERS } from '../counters/counters.js';
import { EXITS, hardwareNames, isVmExit, type ExitCause } from '../vmm/exits.js';

export interface Entry {
  readonly name: string;
  /** What it is counted in; null: it is no number. */
  readonly unit: string | null;
  readonly definition: string;
}

const CYCLES: Readonly<Record<string, string>> = {
  l2TlbHitCycles: 'hits in the second-level TLB at their latency',
  walkCycles:
    'table references of walks that ended in a translation, each at the latency of the cache that served it, loads of PDPTE registers, and look-ups that hit in the page-walk cache and the nested TLB',
  faultedWalkCycles: 'table references of walks that ended in a fault, each at the latency of the cache that served it',
  exitHardwareCycles: 'hardware round trips of all VM exits: guest to VMM and back',
  exitSoftwareCycles: "the VMM's software of all VM exits, and of entries into the VMM that are none",
  totalCycles: 'all cycles of address translation: hits, walks, faulted walks, exits',
  cyclesPerKiloRef: 'all cycles of address translation for each thousand references of the trace',
};

/** Columns of the tables of page walks and of VMM invocations, whose rows are parts of a replay. */
const PARTS: Readonly<Record<string, readonly [unit: string, definition: string]>> = {
  level: ['levels', 'level of the table that the entry stands in; 1 has the entries that map pages of 4 KiB'],
  levelRefs: ['references', 'table entries read at this level of this dimension, by walks that ended in a translation'],
  l1Refs: ['references', 'of the entries of the level, those that the first-level data cache served'],
  l2Refs: ['references', 'of the entries of the level, those that the second-level cache served'],
  l3Refs: ['references', 'of the entries of the level, those that the third-level cache served'],
  memoryRefs: ['references', 'of the entries of the level, those that memory served'],
  refsPerWalk: ['references', 'table entries read at this level for each walk'],
  count: ['invocations', 'invocations of the VMM for this cause'],
  perMillionRefs: ['invocations', 'invocations of the VMM for each million references of the trace'],
  cyclesEach: ['cycles', 'price of one invocation, hardware and software'],
};

const DIMENSIONS: Readonly<Record<string, string>> = {
  guest: "the guest's tables; natively the only ones",
  nested: 'nested tables (AMD NPT, Intel EPT), which translate guest-physical addresses',
  shadow: "shadow tables, which the VMM makes and the hardware walks instead of the guest's",
};

export const GLOSSARY: ReadonlyMap<string, Entry> = new Map(
  [
    ...Object.entries(COUNTERS).map(([name, { unit, definition }]): Entry => ({ name, unit, definition })),
    ...Object.entries(CYCLES).map(([name, definition]): Entry => {
      const unit = name === 'cyclesPerKiloRef' ? 'cycles per 1,000 references' : 'cycles';
      return { name, unit, definition };
    }),
    ...Object.entries(PARTS).map(([name, [unit, definition]]): Entry => ({ name, unit, definition })),
    ...Object.entries(DIMENSIONS).map(([name, definition]): Entry => ({ name, unit: null, definition })),
    ...Object.entries(EXITS).map(([name, { definition }]): Entry => {
      const { vmx, svm } = hardwareNames(name as ExitCause);
      return {
        name,
        unit: isVmExit(name as ExitCause) ? 'exits' : 'entries into the VMM without an exit',
        definition: `${definition} (VMX: ${vmx}; SVM: ${svm})`,
      };
    }),
  ].map((entry) => [entry.name, entry]),
);
