/** The instructions with which a guest kernel switches and invalidates, counted where they are executed. */
import type { Counters } from '../counters/counters.js';
import type { PagingStrategy } from '../paging/strategy.js';
import { ONE_PROCESSOR, type Processors } from './processors.js';

/** Linux's `tlb_single_page_flush_ceiling`: a longer range is flushed as a whole, by writing CR3. */
const INVLPG_CEILING = 33;

/** Linux's `TLB_NR_DYN_ASIDS`: address spaces whose translations are kept apart by PCIDs. */
const PCIDS = 6;

/** Linux's `X86_CR3_PTI_PCID_USER_BIT`: with page-table isolation the PCID of the user's root is the kernel's with this bit. */
const USER_PCID = 1 << 11;

/** No root is loaded that may be used. */
const NONE = -1;

export class GuestCpu {
  /** Root whose translations each PCID, from 1 on, stands for; the next to be given away. */
  private readonly roots: (number | null)[] = Array<number | null>(PCIDS).fill(null);
  private next = 0;
  /** Of the last root of a kernel that was loaded. */
  private pcid = 0;
  /** PCIDs of kernels whose users have translations that were to be flushed: Linux's `user_pcid_flush_mask`. */
  private readonly owed = new Set<number>();
  /** By processor: the root that it has loaded. */
  private readonly loaded: number[] = [];

  constructor(
    private readonly strategy: PagingStrategy,
    private readonly counters: Counters,
    private readonly usesPcids: boolean,
    private readonly processors: Processors = ONE_PROCESSOR,
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
    this.loaded[this.processors.current] = rootFrame;
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
    for (const [processor, root] of this.loaded.entries()) if (root === rootFrame) this.loaded[processor] = NONE;
  }

  invlpg(vpn: number): void {
    this.counters.invlpgs++;
    this.owed.add(this.pcid); // INVLPG is for the PCID that is loaded
    this.strategy.invlpg(vpn);
  }

  /** Invalidates pages [start, end) of the space that CR3 points to, on each processor that has it loaded. */
  flush(start: number, end: number): void {
    this.everywhere(() => {
      if (end - start > INVLPG_CEILING) this.writeCr3(this.strategy.guestRoot);
      else for (let page = start; page < end; page++) this.invlpg(page);
    });
  }

  flushPage(vpn: number): void {
    this.everywhere(() => this.invlpg(vpn));
  }

  /** All pages of the space that CR3 points to. */
  flushAll(): void {
    this.everywhere(() => this.writeCr3(this.strategy.guestRoot));
  }

  /** A thread goes on on a processor of its own; Linux loads CR3 there unless the space is loaded already. */
  moveTo(thread: number, rootFrame: number): void {
    const { processors } = this;
    processors.use(thread % processors.count);
    if (processors.count > 1 && this.loaded[processors.current] !== rootFrame) this.writeCr3(rootFrame);
  }

  private everywhere(flush: () => void): void {
    const { loaded, processors } = this;
    const { current } = processors;
    flush();
    const root = loaded[current]!;
    const targets = [...loaded.keys()].filter((at) => at !== current && loaded[at] === root);
    if (targets.length > 0) processors.interrupt(targets, flush);
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
