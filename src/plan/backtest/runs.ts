/**
 * Measured runs of programs on real processors, in pairs that differ in pages or virtualization alone. Gigacycles of a run, and those in which
 * walks were under way (of several at a time each counts), in user mode.
 */
import type { Measured } from '../load/demand.js';

export interface Run {
  readonly way: Pick<Measured, 'paging' | 'guestPages' | 'hostPages'>;
  readonly gigacycles: number;
  readonly walkGigacycles: number;
}

export interface Pair {
  readonly source: string;
  readonly machine: string;
  readonly program: string;
  readonly before: Run;
  readonly after: Run;
}

type Numbers = readonly [gigacycles: number, walkGigacycles: number];

const NATIVE = { paging: 'native', guestPages: '4k', hostPages: '4k' } as const;
const NATIVE_THP = { paging: 'native', guestPages: 'thp', hostPages: '4k' } as const;
const NESTED = { paging: 'nested', guestPages: '4k', hostPages: '4k' } as const;
const NESTED_THP = { paging: 'nested', guestPages: 'thp', hostPages: '2m' } as const;

/** Gigacycles, walks pending and EPT walks pending in each cycle: native and virtualized, 4 KiB pages and THP. */
type VMitosis = readonly [gigacycles: number, walkPending: number, eptPending: number];
const VMITOSIS: Readonly<Record<string, Partial<Record<'L' | 'LL' | 'TL' | 'TLL', VMitosis>>>> = {
  'b-tree': { L: [591.789, 0.5245, 0], LL: [868.57, 0.3639, 0.3927] },
  canneal: {
    L: [355.822, 0.7368, 0],
    LL: [576.636, 0.5018, 0.5697],
    TL: [285.899, 0.4084, 0],
    TLL: [343.567, 0.4222, 0.1988],
  },
  gups: {
    L: [272.965, 1.5487, 0],
    LL: [540.968, 0.8445, 0.8921],
    TL: [132.942, 0.6051, 0],
    TLL: [163.202, 0.5224, 0.4575],
  },
  xsbench: {
    L: [13419.359, 0.3445, 0],
    LL: [19161.195, 0.2936, 0.3037],
    TL: [11042.88, 0.1079, 0],
    TLL: [11528.912, 0.0993, 0.0623],
  },
};
const WAYS = { L: NATIVE, LL: NESTED, TL: NATIVE_THP, TLL: NESTED_THP } as const;
/** From what to what. */
const STEPS = [
  ['L', 'LL'],
  ['TL', 'TLL'],
  ['L', 'TL'],
  ['LL', 'TLL'],
] as const;

/** Cascade Lake (Xeon Gold 6252). `graph500` was measured in one way only. */
export const VMITOSIS_PAIRS: readonly Pair[] = Object.entries(VMITOSIS).flatMap(([program, runs]) =>
  STEPS.flatMap(([from, to]): Pair[] => {
    const [before, after] = [runs[from], runs[to]];
    if (before === undefined || after === undefined) return [];
    const run = (name: keyof typeof WAYS, [gigacycles, walks, ept]: VMitosis): Run => ({
      way: WAYS[name],
      gigacycles,
      walkGigacycles: gigacycles * (walks + ept),
    });
    return [
      {
        source: 'vMitosis, ASPLOS 2021, artifact',
        machine: 'intel-cascadelake',
        program,
        before: run(from, before),
        after: run(to, after),
      },
    ];
  }),
);

/** Figure 6: all local; tables on the other socket; those, with its memory busy; all local with THP. */
const MITOSIS: Readonly<Record<string, Readonly<Record<'LP-LD' | 'RP-LD' | 'RPI-LD' | 'TLP-LD', Numbers>>>> = {
  gups: {
    'LP-LD': [454.08, 374.94],
    'RP-LD': [695.4, 617.11],
    'RPI-LD': [1464.25, 1385.4],
    'TLP-LD': [176.55, 83.12],
  },
  'b-tree': {
    'LP-LD': [629.76, 270.59],
    'RP-LD': [817.53, 463.82],
    'RPI-LD': [1277.84, 921.43],
    'TLP-LD': [537.68, 184.82],
  },
  'hash-join': {
    'LP-LD': [831.68, 496.8],
    'RP-LD': [1064.81, 728.64],
    'RPI-LD': [1764.45, 1424.66],
    'TLP-LD': [537.7, 81.64],
  },
  redis: {
    'LP-LD': [118.96, 33.63],
    'RP-LD': [153.28, 60.82],
    'RPI-LD': [216.21, 125.32],
    'TLP-LD': [109.69, 28.18],
  },
  xsbench: {
    'LP-LD': [12754.87, 4413.71],
    'RP-LD': [13854.13, 5710.32],
    'RPI-LD': [18814.9, 10331.68],
    'TLP-LD': [10162.35, 528.67],
  },
  pagerank: {
    'LP-LD': [14779.6, 4489.89],
    'RP-LD': [17710.96, 6176.74],
    'RPI-LD': [27155.97, 10967.47],
    'TLP-LD': [11255.7, 589.84],
  },
  liblinear: {
    'LP-LD': [56921.03, 5748.41],
    'RP-LD': [61052.4, 5889.42],
    'RPI-LD': [86904.45, 8313.91],
    'TLP-LD': [47469.62, 248.98],
  },
  canneal: {
    'LP-LD': [1535.64, 719.28],
    'RP-LD': [1894.38, 1155.64],
    'RPI-LD': [3032.14, 2329.67],
    'TLP-LD': [1307.39, 300.93],
  },
};

/** @param to THP, or the same pages with tables elsewhere. The machine is a Haswell of four sockets (from memory: Xeon E7-4850 v3). */
function mitosisPairs(to: 'RP-LD' | 'RPI-LD' | 'TLP-LD'): Pair[] {
  return Object.entries(MITOSIS).map(([program, runs]) => {
    const run = (way: Run['way'], [gigacycles, walkGigacycles]: Numbers): Run => ({ way, gigacycles, walkGigacycles });
    return {
      source: 'Mitosis, ASPLOS 2020, artifact, figure 6',
      machine: 'intel-haswell-ep',
      program: to === 'TLP-LD' ? program : `${program} ${to}`,
      before: run(NATIVE, runs['LP-LD']),
      after: run(to === 'TLP-LD' ? NATIVE_THP : NATIVE, runs[to]),
    };
  });
}

export const MITOSIS_THP_PAIRS: readonly Pair[] = mitosisPairs('TLP-LD');
/** Only the cost of walks differs, which was measured in both: what is left to test is the model of time. */
export const MITOSIS_REMOTE_PAIRS: readonly Pair[] = [...mitosisPairs('RP-LD'), ...mitosisPairs('RPI-LD')];
