/** Memory of a process on the host that is given page by page, as a guest touches it. */
import type { Backing } from '../../memory/host-memory.js';
import { REGION_PAGES } from '../../memory/address.js';

export class FreshMemory implements Backing {
  /** Whether each frame that is backed has been written. */
  private readonly written = new Map<number, boolean>();
  private readonly regions = new Set<number>();

  isBacked(guestFrame: number): boolean {
    return this.written.has(guestFrame);
  }

  isWritten(guestFrame: number): boolean {
    return this.written.get(guestFrame) ?? false;
  }

  /** @returns whether it is the first frame of its 2 MiB, for which Linux needs a page table of the process */
  touch(guestFrame: number, write: boolean): boolean {
    this.written.set(guestFrame, write || this.isWritten(guestFrame));
    const region = Math.floor(guestFrame / REGION_PAGES);
    const fresh = !this.regions.has(region);
    this.regions.add(region);
    return fresh;
  }
}
