/**
 * What stands for a piece that a profile lacks: bounds, never zero. Of a busy virtual processor and second. Bounds are wide on purpose: they
 * say what would have to be measured.
 */
import { input, type Input } from './inputs.js';
import { exactly, type Range } from './range.js';

interface Unknown extends Range {
  readonly likely: number;
  readonly why: string;
}

/** Rates a second. */
export const UNKNOWN = {
  walkShare: {
    low: 0,
    high: 1.74,
    likely: 0.1,
    why: 'not measured: from no walks to GUPS under nested paging, 1.74 walks under way in each cycle (vMitosis, ASPLOS 2021, artifact); likely the least of eight native programs (Mitosis, ASPLOS 2020, artifact)',
  },
  guestFaults: {
    low: 0,
    high: 1e5,
    likely: 1e3,
    why: 'not measured: at most one each 10 us, which is what the kernel needs to serve a few of them',
  },
  cr3Writes: {
    low: 0,
    high: 2e4,
    likely: 1e3,
    why: 'not measured: at most a switch of the address space each 50 us',
  },
  otherExits: { low: 0, high: 2e4, likely: 1e3, why: 'not measured: at most one each 50 us' },
  processes: { low: 1, high: 1000, likely: 100, why: 'not counted' },
} as const satisfies Record<string, Unknown>;

/** For each guest fault. */
export const PER_FAULT = {
  tableWrites: {
    low: 1,
    high: 3,
    why: 'not measured: a fault sets an entry, which is cleared or changed at most twice',
  },
  invlpgs: { low: 0, high: 1, why: 'not measured: at most one for each fault' },
  firstTouches: {
    low: 0,
    high: 1,
    why: 'not measured: none where the host has backed all memory, at most one for each fault',
  },
} as const;

export function unknown(name: keyof typeof UNKNOWN, label: string): Input {
  const { why, likely, ...range } = UNKNOWN[name];
  return input(label, range, why, likely);
}

/** A figure of a profile, or what stands for it. */
export function known(label: string, range: Range | undefined, from: string, otherwise: () => Input): Input {
  return range === undefined ? otherwise() : input(label, range, from);
}

export function fixed(label: string, value: number, from: string): Input {
  return input(label, exactly(value), from, value);
}

/**
 * 0.4 data references an instruction (Hennessy and Patterson, 4th ed., figure B.27 and the mixes of appendix B: 35 to 45 %), and between half an
 * instruction and 2.5 a cycle.
 */
export const CYCLES_PER_REFERENCE: Range = { low: 1, high: 5 };
