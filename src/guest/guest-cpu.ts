/** The instructions with which a guest kernel switches and invalidates, counted where they are executed. */
import type { Counters } from '../counters/counters.js';
import type { PagingStrategy } from '../paging/strategy.js';

/** Linux's `tlb_single_page_flush_ceiling`: a longer range is flushed as a whole, by writing CR3. */
const INVLPG_CEILING = 33;

/** Linux's `TLB_NR_DYN_ASIDS`: address spaces whose translations are kept apart by PCIDs. */
const PCIDS = 6;

/** Linux's `X86_CR3_PTI_PCID_USER_BIT`: with page-table isolation the PCID of the user's root is the kernel's with this bit. */
const USER_PCID = 1 << 11;

export class GuestCpu {
  /** Root whose translations each PCID, from 1 on, stands for; the next to be given away. */
  private readonly roots: (number | null)[] = Array<number | null>(PCIDS).fill(null);
  private next = 0;
  /** Of the last root of a kernel that was loaded. */
  private pcid = 0;
  /** PCIDs of kernels whose users have translations that were to be flushed: Linux's `user_pcid_flush_mask`. */
  private readonly owed = new Set<number>();

  constructor(
    private readonly strategy: PagingStrategy,
    private readonly counters: Counters,
    private readonly usesPcids: boolean,
  ) {}

  /** MOV to CR3 that flushes. */
  writeCr3(rootFrame: number, pcid = this.usesPcids ? this.pcidOf(rootFrame) : 0, keep = false): void {
    this.pcid = pcid;
    if (!keep) this.owed.add(pcid);
    this.loadCr3(rootFrame, pcid, keep);
  }

  /** On the way into a kernel that has tables of its own. */
  enterKernel(rootFrame: number): void {
    this.writeCr3(rootFrame, undefined, this.usesPcids);
  }

  /** On the way out, to the user's root, which is the frame behind the kernel's. */
  enterUser(kernelRoot: number): void {
    const flushes = this.owed.delete(this.pcid);
    this.loadCr3(kernelRoot + 1, this.usesPcids ? this.pcid | USER_PCID : 0, this.usesPcids && !flushes);
  }

  private loadCr3(rootFrame: number, pcid: number, keep: boolean): void {
    this.counters.cr3Writes++;
    this.strategy.cr3Write(rootFrame, pcid, keep);
  }

  /** Changes to another address space, whose translations are kept if its PCID still stands for it: Linux's choose_new_asid(). */
  switchTo(rootFrame: number): void {
    const held = this.roots.includes(rootFrame);
    this.writeCr3(rootFrame, undefined, this.usesPcids && held);
  }

  /** A root that will not be used with its present tables again. */
  forget(rootFrame: number): void {
    const at = this.roots.indexOf(rootFrame);
    if (at >= 0) this.roots[at] = null;
  }

  invlpg(vpn: number): void {
    this.counters.invlpgs++;
    this.owed.add(this.pcid); // INVLPG is for the PCID that is loaded
    this.strategy.invlpg(vpn);
  }

  /** Invalidates pages [start, end) of the space that CR3 points to. */
  flush(start: number, end: number): void {
    if (end - start > INVLPG_CEILING) this.writeCr3(this.strategy.guestRoot);
    else for (let page = start; page < end; page++) this.invlpg(page);
  }

  private pcidOf(rootFrame: number): number {
    const held = this.roots.indexOf(rootFrame);
    if (held >= 0) return held + 1;
    const taken = this.next;
    this.next = (this.next + 1) % PCIDS;
    this.roots[taken] = rootFrame;
    return taken + 1;
  }
}
