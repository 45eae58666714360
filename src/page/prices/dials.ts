/** What a reader can turn: each price by its path in the configuration, so that a command can be told to do the same. Cycles. */
import type { RowPrices } from '../../gather/page-data.js';

export interface Dial {
  /** In the address, and in tests. */
  readonly id: string;
  readonly label: string;
  /** What it is, for the reader. */
  readonly about: string;
  readonly most: number;
  /** null: no machine of the page has the part. */
  readonly of: (prices: RowPrices) => number | null;
  readonly set: (prices: RowPrices, cycles: number) => RowPrices;
  /** What `vmmu run` is given to have the same. */
  readonly settings: (prices: RowPrices, cycles: number) => readonly string[];
}

/** A latency of a machine. @param path of its cycles, below `machine` and below the latencies of the page alike */
function latencyDial(id: string, label: string, about: string, most: number, path: string): Dial {
  const keys = path.split('.');
  const of = ({ latencies }: RowPrices): number | null => cyclesAt(latencies, keys);
  return {
    id,
    label,
    about,
    most,
    of,
    set: (prices, cycles) =>
      of(prices) === null
        ? prices
        : { ...prices, latencies: withCycles(prices.latencies, keys, cycles) as RowPrices['latencies'] },
    settings: (prices, cycles) => (of(prices) === null ? [] : [`machine.${path}=${cycles}`]),
  };
}

/** null: the machine does not have the part. */
function cyclesAt(part: unknown, keys: readonly string[]): number | null {
  return keys.reduce((at, key) => (at as Readonly<Record<string, unknown>> | null)?.[key] ?? null, part) as
    number | null;
}

function withCycles(part: unknown, [key, ...rest]: readonly string[], cycles: number): unknown {
  if (key === undefined) return cycles;
  const members = part as Readonly<Record<string, unknown>>;
  return { ...members, [key]: withCycles(members[key], rest, cycles) };
}

const exit: Dial = {
  id: 'exit',
  label: 'VM exit',
  about: 'every VM exit, hardware and software together, whatever its cause',
  most: 20_000,
  of: ({ exits }) => exits.exitHardwareCycles + exits.exitSoftwareCycles,
  set: (prices, cycles) => {
    const { entryCycles } = prices.exits;
    const entries = entryCycles === undefined ? {} : { entryCycles };
    return { ...prices, exits: { ...partsOf(prices, cycles), ...entries } };
  },
  settings: (prices, cycles) => {
    const { exitHardwareCycles, exitSoftwareCycles } = partsOf(prices, cycles);
    return [
      `costs.exitHardwareCycles=${exitHardwareCycles}`,
      `costs.exitSoftwareCycles=${exitSoftwareCycles}`,
      ...(prices.exits.exitCyclesByCause === undefined ? [] : ['costs.exitCyclesByCause={}']),
    ];
  },
};

/** The hardware's part stays as long as there is room for it. */
function partsOf({ exits }: RowPrices, cycles: number): { exitHardwareCycles: number; exitSoftwareCycles: number } {
  const exitHardwareCycles = Math.min(exits.exitHardwareCycles, cycles);
  return { exitHardwareCycles, exitSoftwareCycles: cycles - exitHardwareCycles };
}

function served(by: string): string {
  return `a table entry that ${by} serves`;
}

export const DIALS: readonly Dial[] = [
  exit,
  latencyDial('l1', 'first-level data cache', served('the first-level data cache'), 20, 'caches.l1d.cycles'),
  latencyDial('l2', 'second-level cache', served('the second-level cache'), 60, 'caches.l2.cycles'),
  latencyDial('l3', 'third-level cache', served('the third-level cache'), 200, 'caches.l3.cycles'),
  latencyDial('memory', 'memory', served('memory'), 1000, 'caches.memoryCycles'),
  latencyDial(
    'l2tlb',
    'second-level TLB hit',
    'a reference that misses the first-level TLB and hits in the second',
    40,
    'tlb.l2HitCycles',
  ),
  latencyDial('pwc', 'page-walk cache', 'a look-up that hits in the page-walk cache', 20, 'walkCache.cycles'),
  latencyDial('ntlb', 'nested TLB', 'a look-up that hits in the nested TLB', 20, 'nestedTlb.cycles'),
];
