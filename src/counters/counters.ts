/** Every counter once: its name (also its CSV column), its unit, what it counts. Counters are integers; prices come later. */

interface CounterDefinition {
  readonly unit: string;
  readonly definition: string;
}

/** Every counter by name, with its unit and its definition. The names are the columns of CSV files. */
export const COUNTERS = {
  refs: {
    unit: 'references',
    definition: 'references that the trace stands for, from its first row on: fetchRefs + readRefs + writeRefs',
  },
  fetchRefs: {
    unit: 'references',
    definition: 'instruction fetches; in a filtered trace one for each fetch run, the rest is not known',
  },
  readRefs: {
    unit: 'references',
    definition: 'data references of runs without a write; in a filtered trace also those that the filter hid',
  },
  writeRefs: {
    unit: 'references',
    definition: 'data references of runs that begin with a write (later reads of the same run included)',
  },
  l1TlbHits: { unit: 'references', definition: 'references that the first-level TLBs held' },
  l2TlbHits: {
    unit: 'references',
    definition: 'references that missed the first-level TLB and that the second level held',
  },
  tlbMisses: {
    unit: 'references',
    definition: 'references that no TLB held: refs = l1TlbHits + l2TlbHits + tlbMisses',
  },
  rewalks: {
    unit: 'walks',
    definition: 'walks although a TLB held the page: its entry was clean or lacked the right that the access needs',
  },
  walks: {
    unit: 'walks',
    definition: 'hardware walks that ended in a translation: tlbMisses + rewalks - untranslatedRuns - emulatedStores',
  },
  walkRefs: {
    unit: 'references',
    definition: 'table entries read by those walks: guestRefs + nestedRefs + shadowRefs',
  },
  guestRefs: {
    unit: 'references',
    definition: "entries of the guest's (natively: the only) tables read by those walks",
  },
  nestedRefs: { unit: 'references', definition: 'entries of nested tables read by those walks' },
  shadowRefs: { unit: 'references', definition: 'entries of shadow tables read by those walks' },
  walkCacheSkippedRefs: { unit: 'references', definition: 'references of those walks that a page-walk cache saved' },
  nestedTlbSkippedRefs: { unit: 'references', definition: 'references of those walks that a nested TLB saved' },
  walkCacheHits: { unit: 'look-ups', definition: 'look-ups in the page-walk cache that hit, of all walks' },
  nestedTlbHits: { unit: 'look-ups', definition: 'look-ups in the nested TLB that hit, of all walks' },
  walkCacheEvictions: { unit: 'entries', definition: 'live entries of the page-walk cache that made room for others' },
  nestedTlbEvictions: { unit: 'entries', definition: 'live entries of the nested TLB that made room for others' },
  peakWalkRefs: { unit: 'references', definition: 'the most table entries that one of those walks read' },
  pdpteLoads: { unit: 'loads', definition: 'loads of the four PDPTE registers of a PAE guest, with MOV to CR3' },
  pdpteLoadRefs: { unit: 'references', definition: 'table entries read by those loads, which are no walks' },
  pdpteLoadL1Refs: { unit: 'references', definition: 'of those, served by the first-level data cache' },
  pdpteLoadL2Refs: { unit: 'references', definition: 'of those, served by the second-level cache' },
  pdpteLoadL3Refs: { unit: 'references', definition: 'of those, served by the third-level cache' },
  pdpteLoadMemoryRefs: { unit: 'references', definition: 'of those, served by memory' },
  splinteredFills: {
    unit: 'translations',
    definition:
      'translations put into a TLB as smaller pages than the guest uses: the host page, or an entry, is smaller',
  },
  faultedWalks: { unit: 'walks', definition: 'hardware walks that ended in a fault of any kind' },
  faultedWalkRefs: { unit: 'references', definition: 'table entries read by walks that ended in a fault' },
  faultedWalkL1Refs: { unit: 'references', definition: 'of those, served by the first-level data cache' },
  faultedWalkL2Refs: { unit: 'references', definition: 'of those, served by the second-level cache' },
  faultedWalkL3Refs: { unit: 'references', definition: 'of those, served by the third-level cache' },
  faultedWalkMemoryRefs: { unit: 'references', definition: 'of those, served by memory' },
  guestFaults: { unit: 'faults', definition: 'page faults that the guest handled' },
  hiddenFaults: { unit: 'faults', definition: 'faults on shadow tables that the guest never saw; each is an exit' },
  nestedFaults: { unit: 'faults', definition: 'nested page faults (NPF, EPT violation); each is an exit' },
  vmExits: { unit: 'exits', definition: 'VM exits of every cause' },
  vmmEntries: {
    unit: 'entries',
    definition: 'entries into the VMM without a VM exit: hypercalls, faults and traps of a deprivileged guest',
  },
  mmuVmExits: { unit: 'exits', definition: 'VM exits on behalf of address translation' },
  cr3Exits: { unit: 'exits', definition: 'exits for MOV to CR3' },
  invlpgExits: { unit: 'exits', definition: 'exits for INVLPG' },
  tableWriteExits: { unit: 'exits', definition: 'exits for guest writes to write-protected page tables' },
  adExits: { unit: 'exits', definition: "exits to set a dirty bit in the guest's tables" },
  cr3Writes: { unit: 'events', definition: 'MOV to CR3 by the guest' },
  invlpgs: { unit: 'events', definition: 'INVLPG by the guest' },
  tableWrites: { unit: 'events', definition: 'page-table entries that the guest wrote' },
  systemCalls: { unit: 'events', definition: 'system calls; they enter the guest kernel, not the VMM' },
  tlbFlushes: { unit: 'flushes', definition: 'whole-TLB flushes (one tag or all), by the guest or by the VMM' },
  shootdowns: {
    unit: 'events',
    definition: 'flushes that the guest had to have other processors of its make too (`guest.vcpus`)',
  },
  shootdownWaits: {
    unit: 'events',
    definition:
      'of those, flushes for which the sender waited until virtual processors that did not run had had a turn',
  },
  deferredFlushes: {
    unit: 'flushes',
    definition: 'flushes of virtual processors that did not run, left to the VMM by a paravirtual guest',
  },
  shadowFills: { unit: 'entries', definition: 'leaf entries that the VMM put into shadow tables for a page fault' },
  prefetches: {
    unit: 'entries',
    definition: 'leaf entries that the VMM put into shadow tables beside one that faulted',
  },
  spuriousFaults: { unit: 'faults', definition: 'hidden faults whose shadow entry was right already' },
  shadowTables: { unit: 'tables', definition: 'shadow tables that the VMM made' },
  shadowZaps: { unit: 'tables', definition: 'shadow tables that the VMM gave up' },
  floods: {
    unit: 'tables',
    definition: 'of those, tables given up because the guest wrote them again and again without using them',
  },
  emulatedStores: {
    unit: 'runs',
    definition:
      "write runs to a write-protected page table, carried out by the VMM: their exits are the trace's table writes",
  },
  unsyncs: {
    unit: 'tables',
    definition: 'leaf tables of the guest that the VMM let go out of sync',
  },
  syncs: {
    unit: 'tables',
    definition: 'leaf tables of the guest that the VMM brought back into sync',
  },
  movesToNested: {
    unit: 'moves',
    definition:
      'tables of the guest (agile), or the whole machine (selective), that the VMM took from shadow to nested',
  },
  movesToShadow: {
    unit: 'moves',
    definition:
      'tables of the guest (agile), or the whole machine (selective), that the VMM took from nested to shadow',
  },
  zaps: { unit: 'entries', definition: 'shadow entries that the VMM removed because the guest changed its table' },
  sensitiveInstructions: { unit: 'instructions', definition: 'of the 18 sensitive ones, executed by the guest' },
  silentMisbehaviours: {
    unit: 'instructions',
    definition:
      'of those, instructions that did the wrong thing without a trap: a deprivileged kernel, trap and emulate',
  },
  rewrittenInstructions: {
    unit: 'instructions',
    definition: 'of those, instructions that a binary translator or a paravirtual kernel had replaced',
  },
  stateLoads: {
    unit: 'fields',
    definition: 'fields of guest and host state that VM exits and entries loaded from VMCS or VMCB',
  },
  stateStores: {
    unit: 'fields',
    definition: 'fields that VM exits stored there, exit information included',
  },
  vmreads: { unit: 'instructions', definition: 'VMREADs by the VMM; a VMCB is plain memory' },
  vmwrites: { unit: 'instructions', definition: 'VMWRITEs by the VMM' },
  vmcbCleanSkips: { unit: 'fields', definition: 'fields that VMRUN left alone because the VMM had marked them clean' },
  untranslatedRuns: {
    unit: 'runs',
    definition:
      'runs to pages that the recorded tables, or the events of a user trace, do not map: counted as TLB misses and left',
  },
  physicalMismatches: { unit: 'runs', definition: 'walks whose guest-physical address differs from the recorded one' },
} as const satisfies Record<string, CounterDefinition>;

/** Name of a counter: a key of {@link COUNTERS}. */
export type CounterName = keyof typeof COUNTERS;
/** What was counted, by name; whole numbers. */
export type Counters = Record<CounterName, number>;

export const COUNTER_NAMES = Object.keys(COUNTERS) as readonly CounterName[];

/** All counters, zero. */
export function newCounters(): Counters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Counters;
}
