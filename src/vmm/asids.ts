/**
 * The ASIDs (Intel: VPIDs) of a processor, and the one that a virtual processor has of them.
 *
 * AMD-V, after Linux `arch/x86/kvm/svm/svm.c`, new_asid() and pre_svm_run(): a guest whose translations have to go, on a processor that
 * cannot empty one ASID, is given the next one. When none is left all are emptied and the numbers begin again, in another generation:
 * who has one of an earlier generation gets another at its next entry.
 * VT-x, after `arch/x86/kvm/vmx/vmx.c`, allocate_vpid(): a number for life; who comes when none is left runs without.
 */
export class AsidPool {
  generation = 0;
  /** Told before the numbers begin again, while all translations are still there. */
  beforeWrap: (() => void) | null = null;
  private next = 1;

  /** @param count ASIDs that the processor has; 0 is the host's */
  constructor(private readonly count: number) {}

  get isUsedUp(): boolean {
    return this.next >= this.count;
  }

  /** A fresh ASID; with `wrapped`, only after all translations have been removed. */
  take(): TakenAsid {
    const wrapped = this.isUsedUp;
    if (wrapped) {
      this.beforeWrap?.();
      this.next = 1;
      this.generation++;
    }
    return { asid: this.next++, wrapped };
  }
}

interface TakenAsid {
  readonly asid: number;
  readonly wrapped: boolean;
}

export class GuestAsid {
  /** How many it has been given. */
  taken = 0;
  private generation = 0;
  /** The present one; 0: none. */
  private asid = 0;

  /** @param forLife as VPIDs are */
  constructor(
    private readonly pool: AsidPool,
    private readonly forLife: boolean,
  ) {}

  /** The pool has begun again: the number may be another's by now. */
  get isExpired(): boolean {
    return this.asid !== 0 && this.generation !== this.pool.generation;
  }

  /** A fresh one; with `wrapped`, only after all translations have been removed. */
  take(): TakenAsid {
    if (this.forLife && this.pool.isUsedUp) return { asid: this.asid, wrapped: this.asid !== 0 };
    const { asid, wrapped } = this.pool.take();
    this.asid = asid;
    this.generation = this.pool.generation;
    this.taken++;
    return { asid, wrapped };
  }
}
