/**
 * How the guest's kernel reaches its page tables: the page through which it writes a frame. A trace tells of a table write by its physical
 * address, and often of the store itself; where a filter hid that, the kernel's mappings of all memory are tried.
 */
import { ACCESS } from '../../mmu/dimension.js';
import { WALK, type Walker } from '../../mmu/walker.js';

/** Where Linux maps all memory, and its own image, when addresses are not randomised: `Documentation/arch/x86/x86_64/mm.rst`. */
const LINUX_MAPPINGS = [0xffff888000000, 0xffffffff80000];

export class KernelStores {
  /** The page through which each frame was written to last. */
  private readonly pages = new Map<number, number>();

  constructor(private readonly software: Walker) {}

  note(guestFrame: number, vpn: number): void {
    this.pages.set(guestFrame, vpn);
  }

  /** A page through which the present tables let a frame be written; undefined if none is known. */
  pageOf(guestFrame: number): number | undefined {
    const { software } = this;
    const noted = this.pages.get(guestFrame);
    const likely = LINUX_MAPPINGS.map((base) => base + guestFrame);
    software.marks = false;
    try {
      return [...(noted === undefined ? [] : [noted]), ...likely].find(
        (vpn) => software.walk(vpn, ACCESS.write) === WALK.ok && software.guestFrame === guestFrame,
      );
    } finally {
      software.marks = true;
    }
  }
}
