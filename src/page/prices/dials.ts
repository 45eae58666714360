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

/** One of the latencies of caches, by its path below `machine`. */
function cacheDial(id: string, label: string, cache: 'l1d' | 'l2' | 'l3', most: number): Dial {
  return {
    id,
    label,
    about: `a table entry that the ${label} serves`,
    most,
    of: ({ latencies }) => latencies.caches[cache]?.cycles ?? null,
    set: (prices, cycles) => {
      const { latencies } = prices;
      if (latencies.caches[cache] === null) return prices;
      return { ...prices, latencies: { ...latencies, caches: { ...latencies.caches, [cache]: { cycles } } } };
    },
    settings: ({ latencies }, cycles) =>
      latencies.caches[cache] === null ? [] : [`machine.caches.${cache}.cycles=${cycles}`],
  };
}

function lookUpDial(id: string, label: string, part: 'walkCache' | 'nestedTlb'): Dial {
  return {
    id,
    label,
    about: `a look-up that hits in the ${label}`,
    most: 20,
    of: ({ latencies }) => latencies[part]?.cycles ?? null,
    set: (prices, cycles) =>
      prices.latencies[part] === null ? prices : { ...prices, latencies: { ...prices.latencies, [part]: { cycles } } },
    settings: ({ latencies }, cycles) => (latencies[part] === null ? [] : [`machine.${part}.cycles=${cycles}`]),
  };
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

const memory: Dial = {
  id: 'memory',
  label: 'memory',
  about: 'a table entry that memory serves',
  most: 1000,
  of: ({ latencies }) => latencies.caches.memoryCycles,
  set: (prices, memoryCycles) => {
    const { latencies } = prices;
    return { ...prices, latencies: { ...latencies, caches: { ...latencies.caches, memoryCycles } } };
  },
  settings: (_, cycles) => [`machine.caches.memoryCycles=${cycles}`],
};

const l2Tlb: Dial = {
  id: 'l2tlb',
  label: 'second-level TLB hit',
  about: 'a reference that misses the first-level TLB and hits in the second',
  most: 40,
  of: ({ latencies }) => latencies.tlb.l2HitCycles,
  set: (prices, l2HitCycles) => ({ ...prices, latencies: { ...prices.latencies, tlb: { l2HitCycles } } }),
  settings: (_, cycles) => [`machine.tlb.l2HitCycles=${cycles}`],
};

export const DIALS: readonly Dial[] = [
  exit,
  cacheDial('l1', 'first-level data cache', 'l1d', 20),
  cacheDial('l2', 'second-level cache', 'l2', 60),
  cacheDial('l3', 'third-level cache', 'l3', 200),
  memory,
  l2Tlb,
  lookUpDial('pwc', 'page-walk cache', 'walkCache'),
  lookUpDial('ntlb', 'nested TLB', 'nestedTlb'),
];
