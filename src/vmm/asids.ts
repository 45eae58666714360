/**
 * The VMM's pool of ASIDs (Intel: VPIDs). A guest whose translations have to go, on a processor that cannot empty one ASID, is given the
 * next one; when none is left, all are emptied and the numbers begin again. After Linux `arch/x86/kvm/svm/svm.c`, new_asid().
 */
export class AsidPool {
  private next = 1;

  /** @param count ASIDs that the processor has; 0 is the host's */
  constructor(private readonly count: number) {}

  /** A fresh ASID; with `wrapped`, only after all translations have been removed. */
  take(): { readonly asid: number; readonly wrapped: boolean } {
    const wrapped = this.next >= this.count;
    if (wrapped) this.next = 1;
    return { asid: this.next++, wrapped };
  }
}
