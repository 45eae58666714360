/**
 * How the guest's kernel reaches its page tables: the page through which it writes a frame. A trace tells of a table write by its physical
 * address, and often of the store itself; where a filter hid that, the kernel's mappings of all memory are tried.
 */
import { firstKernelPage } from '../../memory/address.js';
import { ACCESS } from '../../mmu/dimension.js';
import { WALK, type Walker } from '../../mmu/walker.js';

/** Where Linux maps all memory, and its own image, when addresses are not randomised: `Documentation/arch/x86/x86_64/mm.rst`. */
const LINUX_MAPPINGS = [0xffff888000000, 0xffffffff80000];
/** 32-bit Linux maps the first part of memory only. */
const LINUX_MAPPINGS_32 = [firstKernelPage(32)];

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
    const { linearBits } = software.guest.format;
    const mappings = linearBits === 32 ? LINUX_MAPPINGS_32 : LINUX_MAPPINGS;
    const likely = mappings.map((base) => base + guestFrame).filter((vpn) => linearBits > 32 || vpn < 2 ** 20);
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
