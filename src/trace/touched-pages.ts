/**
 * The pages of one address space that its references have touched, as far as later page faults depend on it: which are present, which are
 * copies of their own, and which of these may be written without a fault. The rules are those of the guest that a replay has (src/guest).
 */

/** Private memory behind pages: shared by those whose spaces were forked since it was written. */
interface Copy {
  owners: number;
}

export interface TouchedPage {
  /** Present before it was written, so what surrounds it in a file is present too. */
  readonly readFirst: boolean;
  /** null = the page of zeros, or the file's own. */
  copy: Copy | null;
  /** A write makes no fault. */
  writable: boolean;
}

export class TouchedPages {
  private readonly pages = new Map<number, TouchedPage>();

  get all(): Iterable<[number, TouchedPage]> {
    return this.pages;
  }

  read(page: number): void {
    if (!this.pages.has(page)) this.pages.set(page, { readFirst: true, copy: null, writable: false });
  }

  /** @param shared memory that others see too: written in place */
  write(page: number, shared: boolean): void {
    const held = this.pages.get(page);
    if (held === undefined) {
      this.pages.set(page, { readFirst: false, copy: shared ? null : { owners: 1 }, writable: true });
    } else if (!held.writable) {
      if (!shared && (held.copy === null || held.copy.owners > 1)) {
        if (held.copy !== null) held.copy.owners--;
        held.copy = { owners: 1 };
      }
      held.writable = true;
    }
  }

  /** A write makes a fault again. */
  protect(page: number): void {
    const held = this.pages.get(page);
    if (held !== undefined) held.writable = false;
  }

  /** What [start, end) held is gone. */
  drop(start: number, end: number): void {
    for (const page of this.within(start, end)) {
      const { copy } = this.pages.get(page)!;
      if (copy !== null) copy.owners--;
      this.pages.delete(page);
    }
  }

  move(start: number, end: number, distance: number): void {
    const moved = this.within(start, end).map((page) => [page, this.pages.get(page)!] as const);
    for (const [page] of moved) this.pages.delete(page);
    for (const [page, held] of moved) this.pages.set(page + distance, held);
  }

  /** Pages of a fork's child: `keeps` says which of those without a copy it has. */
  fork(keeps: (page: number) => boolean): TouchedPages {
    const child = new TouchedPages();
    for (const [page, held] of this.pages) {
      if (held.copy !== null) {
        held.copy.owners++;
        held.writable = false;
      } else if (!keeps(page)) continue;
      child.pages.set(page, { ...held });
    }
    return child;
  }

  /** The touched pages of a range. */
  private within(start: number, end: number): number[] {
    const candidates =
      end - start < this.pages.size
        ? Array.from({ length: end - start }, (_, at) => start + at)
        : [...this.pages.keys()];
    return candidates.filter((page) => page >= start && page < end && this.pages.has(page));
  }
}
