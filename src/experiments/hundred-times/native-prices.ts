/**
 * What an operation costs an operating system on bare metal, in cycles: published, by generation. Where none is known, a multiple of native
 * cannot be said, and is not.
 */

/** `P` printed in the source, `D` derived from printed numbers, `S` from a secondary source, `M` from memory: never evidence. */
export type Tag = 'P' | 'D' | 'S' | 'M';

export interface NativePrice {
  readonly cycles: number;
  readonly tag: Tag;
  readonly source: string;
}

/** Processor generations that have native prices of their own. */
export type Era = 'prescott' | 'cascade-lake';

const adams = (cycles: number): NativePrice => ({
  cycles,
  tag: 'S',
  source: 'Adams & Agesen, ASPLOS 2006, 6.2 (Pentium 4), as quoted in the sources of OpenBSD tests',
});
const pvm = (microseconds: number, what: string): NativePrice => ({
  cycles: Math.round(2500 * microseconds),
  tag: 'D',
  source: `PVM, SOSP 2023, at 2.5 GHz: ${what}; one level of nested paging, which this operation does not leave`,
});

export const NATIVE_PRICES = {
  registerWrite: {
    prescott: { cycles: 40, tag: 'M', source: 'a privileged register write, from memory: the source of no verdict' },
  },
  taskPriority: {
    prescott: { ...adams(140), source: `${adams(140).source}: cr8wr, four times the 35 cycles of the software VMM` },
  },
  portRead: { prescott: { ...adams(3209), source: `${adams(3209).source}: in` } },
  pageFault: {
    prescott: { ...adams(1093), source: `${adams(1093).source}: pgfault` },
  },
  touch: { 'cascade-lake': pvm(0.15, 'table 4, page fault 0.15 us') },
  protectionFault: { 'cascade-lake': pvm(0.66, 'table 4, prot fault 0.66 us') },
  tableWrite: { prescott: { ...adams(1), source: `${adams(1).source}: ptemod` } },
  cr3Load: {
    'cascade-lake': pvm((0.22 - 0.06) / 2, 'table 2, half of getpid with KPTI 0.22 us less that without 0.06 us'),
  },
  systemCall: { 'cascade-lake': pvm(0.06, 'table 2, getpid 0.06 us') },
  isolatedSystemCall: { 'cascade-lake': pvm(0.22, 'table 2, getpid with KPTI 0.22 us') },
  fork: {
    prescott: {
      cycles: 150 * 3800,
      tag: 'S',
      source:
        'Adams & Agesen, ASPLOS 2006: 40,000 fork and wait in 6.0 s, from a lecture note; at 3.8 GHz, from memory',
    },
    'cascade-lake': pvm(82.13, 'table 3, fork 82.13 us'),
  },
  exec: { 'cascade-lake': pvm(422.33, 'table 3, exec 422.33 us') },
} as const satisfies Record<string, Partial<Record<Era, NativePrice>>>;

export type PricedOperation = keyof typeof NATIVE_PRICES;
