/**
 * Events of processors and of Linux by which `perf stat` counts what a profile holds. Names as perf lists them, in lower case.
 *
 * Intel: its event lists (perfmon, which perf's pmu-events are made of) and SDM vol. 3, "Performance-Monitoring Events". AMD: Processor
 * Programming Reference of families 17h and 19h, "Core Performance Monitor Counters". What generic names stand for: Linux, arch/x86/events.
 */
import type { RateName } from '../profile.js';

export type Vendor = 'intel' | 'amd';
/** Whose accesses an event counts. Those of `data` are loads and stores together; `nested` is the second dimension of a walk. */
export type Part =
  | 'all'
  | 'load'
  | 'store'
  | 'loadStore'
  | 'data'
  | 'fetch'
  | 'nested'
  | 'dataWalk'
  | 'fetchWalk'
  | 'eptDataWalk'
  | 'eptFetchWalk';

export interface EventMeaning {
  /** null: of every processor. */
  readonly vendor: Vendor | null;
  /** null: of no rate, and `note` says why. */
  readonly rate: RateName | null;
  readonly part: Part;
  /** Several events that give the part together: what tells them apart. */
  readonly pieces?: 'sizes' | 'walkers' | 'served';
  /** The figure is what was counted times something between these; both 1 where nothing is said. */
  readonly least?: number;
  readonly most?: number;
  readonly note: string;
}

const MISSES = {
  miss_causes_a_walk: 'walks begun',
  walk_completed: 'walks completed, with a fault or without',
} as const;
const SIZES = ['4k', '2m_4m', '1g'] as const;
const SIDES = { dtlb_load_misses: 'load', dtlb_store_misses: 'store', itlb_misses: 'fetch' } as const;
/** Page walkers of a core that has most: Golden Cove (Intel's Optimization Reference Manual). */
export const MOST_WALKERS = 4;

const CYCLES = {
  walk_pending: {
    note: 'cycles, as many times as walks were under way; on Skylake to Cascade Lake without those in the EPT (ept.walk_pending)',
  },
  walk_active: {
    most: MOST_WALKERS,
    note: `cycles in which at least one walk was under way: of several at a time, up to ${MOST_WALKERS}, counts one`,
  },
  walk_duration: { note: 'cycles of walks, up to Broadwell' },
} as const;

function intel(rate: RateName | null, part: Part, note: string, more: More = {}): EventMeaning {
  return { vendor: 'intel', rate, part, note, ...more };
}
function amd(rate: RateName | null, part: Part, note: string, more: More = {}): EventMeaning {
  return { vendor: 'amd', rate, part, note, ...more };
}
function any(rate: RateName | null, part: Part, note: string, more: More = {}): EventMeaning {
  return { vendor: null, rate, part, note, ...more };
}
type More = Pick<EventMeaning, 'least' | 'most' | 'pieces'>;

/** Each event of the three places where Intel counts walks. */
const INTEL_WALKS = Object.entries(SIDES).flatMap(([group, part]): [string, EventMeaning][] => [
  ...Object.entries(MISSES).map(([name, note]): [string, EventMeaning] => [
    `${group}.${name}`,
    intel('tlbMisses', part, note),
  ]),
  ...SIZES.map((size): [string, EventMeaning] => [
    `${group}.walk_completed_${size}`,
    intel('tlbMisses', part, `walks completed, of pages of ${size.replace('_', ' or ')}`, { pieces: 'sizes' }),
  ]),
  ...Object.entries(CYCLES).map(([name, { note, ...more }]): [string, EventMeaning] => [
    `${group}.${name}`,
    intel('walkCycles', part, note, more),
  ]),
]);

const SERVED = { l1: 'L1', l2: 'L2', l3: 'L3', memory: 'memory' } as const;
const WALKER_LOADS = Object.entries({
  dtlb: 'dataWalk',
  itlb: 'fetchWalk',
  ept_dtlb: 'eptDataWalk',
  ept_itlb: 'eptFetchWalk',
} as const).flatMap(([side, part]) =>
  Object.entries(SERVED).map(([name, level]): [string, EventMeaning] => [
    `page_walker_loads.${side}_${name}`,
    intel('walkRefs', part, `entries that walks read from ${level}; Haswell, some of them Broadwell`, {
      pieces: 'served',
    }),
  ]),
);

const AMD_SIZES = ['4k', 'coalesced_page', '2m', '1g'] as const;
const AMD_FETCH_SIZES = ['if4k', 'if2m', 'if1g', 'coalesced_4k'] as const;
const WALKER = 'walks of one of two walkers; Zen 1 to 3';
const RETIRED = 'retired; those that were not are missing';
const DISPATCHED = 'dispatched, also those that did not retire';

export const EVENTS: Readonly<Record<string, EventMeaning>> = {
  cycles: any('busyCycles', 'all', 'cycles in which the processor did not halt'),
  'cpu-cycles': any('busyCycles', 'all', 'the same as cycles'),
  'cpu_clk_unhalted.thread': intel('busyCycles', 'all', 'the same as cycles'),
  'cpu_clk_unhalted.thread_p': intel('busyCycles', 'all', 'the same as cycles'),
  'cpu_clk_unhalted.thread_any': intel('busyCycles', 'all', 'cycles of a core, counted for each of its threads', {
    least: 0.5,
  }),
  ls_not_halted_cyc: amd('busyCycles', 'all', 'the same as cycles'),
  ...Object.fromEntries(INTEL_WALKS),
  'dtlb_load_misses.miss_caused_walk': intel('tlbMisses', 'load', 'walks begun, on the small cores'),
  'dtlb_store_misses.miss_caused_walk': intel('tlbMisses', 'store', 'walks begun, on the small cores'),
  'itlb_misses.miss_caused_walk': intel('tlbMisses', 'fetch', 'walks begun, on the small cores'),
  'ept.walk_pending': intel('walkCycles', 'nested', 'cycles of walks in the EPT, which other events leave out'),
  'ept.walk_cycles': intel('walkCycles', 'nested', 'cycles of walks in the EPT; others may have them already', {
    least: 0,
  }),
  ...Object.fromEntries(WALKER_LOADS),
  'mem_inst_retired.all_loads': intel('references', 'load', `load instructions ${RETIRED}`),
  'mem_inst_retired.all_stores': intel('references', 'store', `store instructions ${RETIRED}`),
  'mem_uops_retired.all_loads': intel(
    'references',
    'load',
    `loads ${RETIRED}; up to Broadwell, and on the small cores`,
  ),
  'mem_uops_retired.all_stores': intel('references', 'store', `stores ${RETIRED}; the same`),
  'ls_l1_d_tlb_miss.all_l2_miss': amd('tlbMisses', 'data', 'data accesses that miss both TLBs, which begin a walk'),
  ...Object.fromEntries(
    AMD_SIZES.map((size) => [
      size === 'coalesced_page'
        ? 'ls_l1_d_tlb_miss.tlb_reload_coalesced_page_miss'
        : `ls_l1_d_tlb_miss.tlb_reload_${size}_l2_miss`,
      amd('tlbMisses', 'data', 'data accesses that miss both TLBs, of pages of one size', { pieces: 'sizes' }),
    ]),
  ),
  l2_dtlb_misses: amd('tlbMisses', 'data', 'the same as ls_l1_d_tlb_miss.all_l2_miss'),
  'ls_tablewalker.dside': amd('tlbMisses', 'data', 'walks for data; Zen 1 to 3'),
  'ls_tablewalker.dc_type0': amd('tlbMisses', 'data', WALKER, { pieces: 'walkers' }),
  'ls_tablewalker.dc_type1': amd('tlbMisses', 'data', WALKER, { pieces: 'walkers' }),
  'bp_l1_tlb_miss_l2_tlb_miss.all': amd('tlbMisses', 'fetch', 'fetches that miss both TLBs, which begin a walk'),
  bp_l1_tlb_miss_l2_tlb_miss: amd('tlbMisses', 'fetch', 'the same, as Zen 1 to 3 have it'),
  bp_l1_tlb_miss_l2_miss: amd('tlbMisses', 'fetch', 'the same, as Zen 1 has it'),
  ...Object.fromEntries(
    AMD_FETCH_SIZES.map((size) => [
      `bp_l1_tlb_miss_l2_tlb_miss.${size}`,
      amd('tlbMisses', 'fetch', 'fetches that miss both TLBs, of pages of one size', { pieces: 'sizes' }),
    ]),
  ),
  l2_itlb_misses: amd('tlbMisses', 'fetch', 'the same as bp_l1_tlb_miss_l2_tlb_miss.all'),
  'ls_tablewalker.iside': amd('tlbMisses', 'fetch', 'walks for fetches; Zen 1 to 3'),
  'ls_tablewalker.ic_type0': amd('tlbMisses', 'fetch', WALKER, { pieces: 'walkers' }),
  'ls_tablewalker.ic_type1': amd('tlbMisses', 'fetch', WALKER, { pieces: 'walkers' }),
  'ls_dispatch.ld_dispatch': amd('references', 'load', `loads ${DISPATCHED}`),
  'ls_dispatch.store_dispatch': amd('references', 'store', `stores ${DISPATCHED}`),
  'ls_dispatch.ld_st_dispatch': amd('references', 'loadStore', `loads with a store to the same address, ${DISPATCHED}`),
  all_data_cache_accesses: amd('references', 'data', `loads and stores ${DISPATCHED}; Zen 1 to 3`),
  ls_dc_accesses: amd('references', 'data', 'accesses to the data cache, of eight bytes each; Zen 1 to 3'),
  'ls_l1_d_tlb_miss.all': amd(null, 'data', 'the second level holds most of these: no walk'),
  l1_dtlb_misses: amd(null, 'data', 'the second level holds most of these: no walk'),
  'dtlb-load-misses': any(
    'tlbMisses',
    'load',
    'Intel: walks of loads, begun or completed; AMD: data accesses that miss both TLBs, stores too',
  ),
  'dtlb-store-misses': any('tlbMisses', 'store', 'Intel: walks of stores, begun or completed; AMD has none'),
  'itlb-load-misses': any('tlbMisses', 'fetch', 'walks of fetches'),
  'dtlb-loads': any('references', 'load', 'Intel: loads retired; AMD: misses of the first TLB, which are not used'),
  'dtlb-stores': any('references', 'store', 'Intel: stores retired; AMD has none'),
  'itlb-loads': any(null, 'fetch', 'fetches that miss the first TLB: no walk'),
  'page-faults': any('guestFaults', 'all', 'page faults that Linux handled: the guest, if perf ran in it'),
  faults: any('guestFaults', 'all', 'the same as page-faults'),
  'minor-faults': any(null, 'all', 'some of page-faults'),
  'major-faults': any(null, 'all', 'some of page-faults'),
  'context-switches': any(
    'cr3Writes',
    'all',
    'threads of one process, and the idle one, load no CR3; page-table isolation adds two a system call',
    {
      least: 0,
    },
  ),
  cs: any('cr3Writes', 'all', 'the same as context-switches', { least: 0 }),
  instructions: any(null, 'all', 'a profile has no instructions'),
  'task-clock': any(null, 'all', 'time, and cycles only where the clock is known'),
  'cpu-clock': any(null, 'all', 'time, and cycles only where the clock is known'),
  'cpu-migrations': any(null, 'all', 'a profile has no migrations'),
};

/** Ready for perf stat -e: in the guest, or with :G behind each on the host. */
export const EVENT_SETS = {
  'Intel, from Skylake on':
    'cycles,dtlb_load_misses.walk_completed,dtlb_load_misses.walk_pending,dtlb_store_misses.walk_completed,dtlb_store_misses.walk_pending,itlb_misses.walk_completed,itlb_misses.walk_pending,mem_inst_retired.all_loads,mem_inst_retired.all_stores,page-faults,context-switches',
  'Intel, Skylake to Cascade Lake, on the host besides': 'ept.walk_pending',
  'Intel, Haswell and Broadwell':
    'cycles,dtlb_load_misses.walk_completed,dtlb_load_misses.walk_duration,dtlb_store_misses.walk_completed,dtlb_store_misses.walk_duration,itlb_misses.walk_completed,itlb_misses.walk_duration,mem_uops_retired.all_loads,mem_uops_retired.all_stores,page-faults,context-switches',
  'AMD, from Zen 4 on':
    'cycles,ls_l1_d_tlb_miss.all_l2_miss,bp_l1_tlb_miss_l2_tlb_miss.all,ls_dispatch.ld_dispatch,ls_dispatch.store_dispatch,ls_dispatch.ld_st_dispatch,page-faults,context-switches',
  'AMD, Zen 1 to 3':
    'cycles,l2_dtlb_misses,l2_itlb_misses,ls_dispatch.ld_dispatch,ls_dispatch.store_dispatch,ls_dispatch.ld_st_dispatch,page-faults,context-switches',
} as const;
