/** What Xen counts of a paravirtual guest besides the entries into it, by name. */
export interface DirectCounts extends Record<string, number> {
  /** Entries in calls of mmu_update, and of those: MMU_PT_UPDATE_PRESERVE_AD; of frames that are no tables yet; of level 2 and more. */
  mmuUpdateEntries: number;
  preservingEntries: number;
  plainEntries: number;
  upperEntries: number;
  /** Calls of mmu_update with one entry, and with as many as a batch takes. */
  singleUpdates: number;
  fullUpdates: number;
  /** Calls inside multicalls: all, update_va_mapping, mmuext_op. */
  multicallEntries: number;
  vaMappingsInMulticalls: number;
  mmuextInMulticalls: number;
  /** Operations of mmuext_op. */
  level4Pins: number;
  level1Pins: number;
  unpins: number;
  baseLoads: number;
  localFlushes: number;
  localInvlpgs: number;
  /** Stores to read-only tables, by their width. */
  byteStores: number;
  wordStores: number;
  /** Changes between the tables of user and kernel. */
  toggles: number;
  /** Tables whose entries were all checked. */
  validatedTables: number;
}

export function newDirectCounts(): DirectCounts {
  return {
    mmuUpdateEntries: 0,
    preservingEntries: 0,
    plainEntries: 0,
    upperEntries: 0,
    singleUpdates: 0,
    fullUpdates: 0,
    multicallEntries: 0,
    vaMappingsInMulticalls: 0,
    mmuextInMulticalls: 0,
    level4Pins: 0,
    level1Pins: 0,
    unpins: 0,
    baseLoads: 0,
    localFlushes: 0,
    localInvlpgs: 0,
    byteStores: 0,
    wordStores: 0,
    toggles: 0,
    validatedTables: 0,
  };
}
