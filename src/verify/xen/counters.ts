/** The counters of Xen that the model has too: by the name in a measured file, what of a replay they are. */
import type { Cell } from '../../run/cell.js';

/** How a count is judged: within its band, as one that must not occur, or not at all because it depends on the reason. */
export type Judgement = 'band' | 'none' | { readonly dependsOn: string };

interface CounterDefinition {
  readonly count: (now: Now) => number;
  readonly judged: Judgement;
}

/** A cell so far: exits and counters, and what the strategy counts besides. */
interface Now {
  readonly exits: ReturnType<Cell['result']>['exits'];
  readonly counters: ReturnType<Cell['result']>['counters'];
  readonly details: Readonly<Record<string, number>>;
}

export type Domain = 'pv' | 'shadow' | 'hap';

const TIME = { dependsOn: 'time: the timer, the console, what else runs' };
const BACKING = { dependsOn: 'how the host backed the guest' };

const banded = (count: CounterDefinition['count']): CounterDefinition => ({ count, judged: 'band' });
const absent = (count: CounterDefinition['count']): CounterDefinition => ({ count, judged: 'none' });
const detail = (name: string): CounterDefinition => banded(({ details }) => details[name] ?? 0);

const HYPERCALLS = ['mmuUpdate', 'vaMappingUpdate', 'mmuextOp', 'multicall', 'iret', 'privilegedOperation'] as const;
const faults = ({ exits }: Now): number =>
  exits.hiddenFault + exits.unsync + exits.adUpdate + exits.guestFault + exits.tableWrite;

export const COMPARED: Readonly<Record<Domain, Readonly<Record<string, CounterDefinition>>>> = {
  pv: {
    hypercalls: {
      count: ({ exits }) => HYPERCALLS.reduce((sum, name) => sum + exits[name], 0),
      judged: TIME,
    },
    mmu_update: banded(({ exits }) => exits.mmuUpdate),
    mmu_update_entries: detail('mmuUpdateEntries'),
    mmu_update_one_entry: detail('singleUpdates'),
    mmu_update_31_entries: detail('fullUpdates'),
    mmu_update_preserve_ad: detail('preservingEntries'),
    mmu_update_no_tables: detail('plainEntries'),
    mmu_update_upper_entries: detail('upperEntries'),
    update_va_mapping: banded(({ exits }) => exits.vaMappingUpdate),
    update_va_mapping_in_multicall: detail('vaMappingsInMulticalls'),
    mmuext_op: banded(({ exits }) => exits.mmuextOp),
    mmuext_op_in_multicall: detail('mmuextInMulticalls'),
    pin_l4: detail('level4Pins'),
    pin_l1: detail('level1Pins'),
    unpin: detail('unpins'),
    new_baseptr: detail('baseLoads'),
    new_user_baseptr: detail('baseLoads'),
    tlb_flush_local: detail('localFlushes'),
    invlpg_local: detail('localInvlpgs'),
    multicall: banded(({ exits }) => exits.multicall),
    multicall_entries: detail('multicallEntries'),
    iret: { count: ({ exits }) => exits.iret, judged: TIME },
    page_faults: banded(({ exits }) => exits.bouncedFault + exits.trappedTableWrite),
    ptwr: banded(({ exits }) => exits.trappedTableWrite),
    ptwr_one_byte: detail('byteStores'),
    ptwr_eight_bytes: detail('wordStores'),
    bounced: banded(({ exits }) => exits.bouncedFault),
    toggles: detail('toggles'),
    tables_validated: detail('validatedTables'),
  },
  shadow: {
    exits: { count: ({ counters }) => counters.vmExits, judged: TIME },
    page_faults: banded(faults),
    cr3_writes: banded(({ exits }) => exits.cr3Write),
    invlpg: banded(({ exits }) => exits.invlpg),
    guest_faults: banded(({ exits }) => exits.guestFault),
    fixed: banded(({ exits, counters }) => exits.hiddenFault + exits.unsync + exits.adUpdate - counters.spuriousFaults),
    emulated: banded(({ exits }) => exits.tableWrite),
    emulated_after_walk: detail('emulatedAfterWalk'),
    emulated_fast_path: detail('emulatedAtOnce'),
    unsync: banded(({ counters }) => counters.unsyncs),
    resync: banded(({ counters }) => counters.syncs),
    unsync_evictions: detail('unsyncEvictions'),
    prefetched: banded(({ counters }) => counters.prefetches),
    shadows_made: banded(({ counters }) => counters.shadowTables),
    shadows_made_l1: detail('leafTablesMade'),
  },
  hap: {
    exits: { count: ({ counters }) => counters.vmExits, judged: TIME },
    page_faults: absent(faults),
    cr3_writes: absent(({ exits }) => exits.cr3Write),
    invlpg: absent(({ exits }) => exits.invlpg),
    npf: { count: ({ exits }) => exits.nestedFault, judged: BACKING },
  },
};

/** Other names for counters, as Xen or a table of its counters has them. */
const ALIASES: Readonly<Record<string, string>> = {
  pf: 'page_faults',
  cr3: 'cr3_writes',
  cr3_write: 'cr3_writes',
  mmu_update_calls: 'mmu_update',
  entries: 'mmu_update_entries',
  mmu_update_single: 'mmu_update_one_entry',
  mmu_update_1: 'mmu_update_one_entry',
  mmu_update_calls_1: 'mmu_update_one_entry',
  one_entry_calls: 'mmu_update_one_entry',
  calls_with_one_entry: 'mmu_update_one_entry',
  mmu_update_calls_31: 'mmu_update_31_entries',
  calls_with_31_entries: 'mmu_update_31_entries',
  preserve_ad: 'mmu_update_preserve_ad',
  invlpg_exits: 'invlpg',
  multicalls: 'multicall',
  toggle: 'toggles',
  ptwr_1: 'ptwr_one_byte',
  ptwr_8: 'ptwr_eight_bytes',
  faults_bounced: 'bounced',
  page_faults_bounced: 'bounced',
  page_faults_into_xen: 'page_faults',
  guest_faults_injected: 'guest_faults',
  shadow_faults_fixed: 'fixed',
  faults_fixed: 'fixed',
  hypercalls_direct: 'hypercalls',
  update_va_mapping_direct: 'update_va_mapping',
  mmuext_op_direct: 'mmuext_op',
  page_tables_validated: 'tables_validated',
  vm_exits: 'exits',
};

/** The model's counter behind a name in a measured file; null if there is none. Case and signs between words do not matter. */
export function counterNamed(domain: Domain, name: string): string | null {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  const known = COMPARED[domain];
  if (Object.hasOwn(known, plain)) return plain;
  const other = ALIASES[plain];
  return other !== undefined && Object.hasOwn(known, other) ? other : null;
}

export function countsOf(domain: Domain): (cell: Cell) => Record<string, number> {
  return (cell) => {
    const now: Now = { ...cell.result(), details: cell.paging.details ?? {} };
    return Object.fromEntries(Object.entries(COMPARED[domain]).map(([name, { count }]) => [name, count(now)]));
  };
}
