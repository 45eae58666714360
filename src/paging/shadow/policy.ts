/** What a VMM with shadow tables decides for itself: published policies are values of these knobs. */
export interface ShadowPolicy {
  /** Leaf tables that the guest writes go out of sync; otherwise each write to a shadowed table exits. */
  readonly unsync: boolean;
  /** Entries of the aligned group that is filled with a leaf that faulted; 1: that leaf alone. */
  readonly prefetch: number;
  /** Emulated writes after which a table that no walk has used since is given up; 0: never. */
  readonly floodLimit: number;
  /** What a write of CR3 brings back in sync: the tables that the new root reaches, or all. */
  readonly syncScope: 'root' | 'all';
  /** Roots that are kept, the present one among them. */
  readonly cachedRoots: number;
  /** Shadow tables for each thousand guest frames; beyond that the oldest make room. */
  readonly tablesPerThousand: number;
}

/** Linux 5.15 to 6.6, `arch/x86/kvm/mmu`: `unsync`, `PTE_PREFETCH_NUM`, `detect_write_flooding`, `prev_roots`, `KVM_PERMILLE_MMU_PAGES`. */
export const UNSYNC: ShadowPolicy = {
  unsync: true,
  prefetch: 8,
  floodLimit: 3,
  syncScope: 'root',
  cachedRoots: 4,
  tablesPerThousand: 20,
};

/** The textbook's: shadow tables are never behind, because each write to a shadowed table exits. */
export const WRITE_PROTECT: ShadowPolicy = { ...UNSYNC, unsync: false, prefetch: 1, floodLimit: 0 };
